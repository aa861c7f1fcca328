//! The way of a request: read, given its fault, carried out, recorded, answered; and the long poll of getUpdates.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{DefaultBodyLimit, Request as Http, State};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep, timeout_at};

use super::Shared;
use super::fault::Fault;
use super::methods::{self, Poll};
use super::reply::{self, Done, Refusal};
use super::request::Request;
use super::wire::{Line, Port, Receipt};

/// Serves until it is dropped.
pub(super) async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).expect("a listener that does not block");
    let app = Router::new().fallback(handle).layer(DefaultBodyLimit::disable()).with_state(shared.clone());
    let served = axum::serve(Port { listener, shared }, app.into_make_service_with_connect_info::<Line>()).await;
    served.expect("axum::serve does not end by itself");
}

async fn handle(State(shared): State<Arc<Shared>>, ConnectInfo(line): ConnectInfo<Line>, http: Http) -> Response {
    let request = match Request::read(http).await {
        Ok(request) => request,
        Err(refusal) => return reply::response(Err(refusal)).0,
    };
    let fault = shared.fault(&request);
    let call = shared.change(|world| world.record(&request, &fault));
    let (response, mark) = match fault {
        Fault::None => reply::response(carry_out(&shared, request).await),
        Fault::Late(time) => {
            let outcome = carry_out(&shared, request).await;
            sleep(time).await;
            reply::response(outcome)
        }
        Fault::TooManyRequests(seconds) => reply::response(Err(Refusal::too_many(seconds))),
        Fault::Moved(chat) => reply::response(Err(Refusal::moved(chat))),
        Fault::Reply { status, description } => reply::response(Err(Refusal::new(status, description))),
        Fault::Internal { .. } | Fault::BadGateway { .. } | Fault::Silence { .. } | Fault::Cut { .. } => {
            (lost(&shared, request, &fault, &line).await, None)
        }
    };
    shared.change(|world| world.answering(call.filter(|_| !line.is_cut()), response.status().as_u16()));
    line.answering(Receipt { call, mark });
    response
}

/// The answers that do not tell whether anything took effect.
async fn lost(shared: &Shared, request: Request, fault: &Fault, line: &Line) -> Response {
    if fault.applied() {
        // What came of it is what the client does not learn.
        drop(shared.change(|world| methods::apply(world, request)));
    }
    match fault {
        Fault::BadGateway { .. } => return reply::bad_gateway(),
        Fault::Silence { lasting, .. } => {
            sleep(*lasting).await;
            line.cut();
        }
        Fault::Cut { .. } => line.cut(),
        _ => {}
    }
    reply::response(Err(Refusal::new(500, "Internal Server Error"))).0
}

async fn carry_out(shared: &Shared, request: Request) -> Result<Done, Refusal> {
    if request.method != "getupdates" {
        return shared.change(|world| methods::apply(world, request));
    }
    let poll = shared.change(|world| Poll::begin(world, &request))?;
    // One that still waits is over: it has to learn of it.
    shared.woken.notify_waiters();
    let seconds = request.integer("timeout").unwrap_or(0).clamp(0, 50).unsigned_abs();
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        let woken = shared.woken.notified();
        if let Some(updates) = shared.change(|world| poll.look(world))? {
            return Ok(updates);
        }
        if timeout_at(end, woken).await.is_err() {
            return Ok(Done::with(&serde_json::json!([])));
        }
    }
}
