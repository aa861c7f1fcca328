//! What a supervisor asks the service over HTTP.
//!
//! `/healthz`: it is alive. `/readyz`: every part can do its work, or which cannot and why (503). `/metrics`: counts.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::service::Service;

/// The routes.
pub(super) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(service)
}

async fn ready(State(service): State<Arc<Service>>) -> Response {
    let asked = Arc::clone(&service);
    let store = tokio::task::spawn_blocking(move || asked.assistant.with_store(|tx| tx.touch())).await;
    let store = match store {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    // It was loaded before anything was served, and one with problems does not replace it.
    let mut parts = vec![("knowledge", Ok(())), ("store", store)];
    parts.extend(service.health.all());
    let well = parts.iter().all(|(_, how)| how.is_ok());
    let lines = parts.iter().map(|(part, how)| match how {
        Ok(()) => format!("{part}: ok\n"),
        Err(why) => format!("{part}: {why}\n"),
    });
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, lines.collect::<String>()).into_response()
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], service.metrics.text()).into_response()
}
