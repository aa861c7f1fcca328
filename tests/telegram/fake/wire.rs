//! The connections: TCP streams that can be closed without an answer, and that tell when an answer has gone out whole.
//!
//! A request hands its line the receipt of its answer last of all, just before hyper writes that answer; HTTP/1.1 has
//! one request at a time on a connection, so the next flush after a write is of that answer alone.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::Shared;
use super::reply::Mark;

/// What becomes known to be delivered once the answer has gone out.
pub(super) struct Receipt {
    /// The number of the recorded call.
    pub(super) call: Option<u64>,
    /// The entry of the history whose outcome the answer tells.
    pub(super) mark: Option<Mark>,
}

/// What a request can do with the connection it came on.
#[derive(Clone)]
pub(super) struct Line(Arc<State>);

struct State {
    shared: Arc<Shared>,
    from: SocketAddr,
    cut: AtomicBool,
    /// The answer on its way, and whether some of it is written.
    answer: Mutex<Option<(Receipt, bool)>>,
}

impl Line {
    /// From now on nothing more is written: whatever is answered, the client sees the connection close.
    pub(super) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
    }

    /// Whether [`Self::cut`] was called.
    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::SeqCst)
    }

    /// The answer that is about to be written.
    pub(super) fn answering(&self, receipt: Receipt) {
        *self.0.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some((receipt, false));
    }

    fn wrote(&self) {
        if let Some((_, begun)) = self.0.answer.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            *begun = true;
        }
    }

    fn flushed(&self) {
        let gone = self.0.answer.lock().unwrap_or_else(PoisonError::into_inner).take_if(|(_, begun)| *begun);
        if let Some((receipt, _)) = gone {
            self.0.shared.change(|world| world.acknowledge(&receipt));
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.shared.change(|world| world.lines.remove(&self.from));
    }
}

impl Connected<IncomingStream<'_, Port>> for Line {
    fn connect_info(stream: IncomingStream<'_, Port>) -> Self {
        stream.io().line.clone()
    }
}

/// Where the connections come in.
pub(super) struct Port {
    pub(super) listener: TcpListener,
    pub(super) shared: Arc<Shared>,
}

impl Listener for Port {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        loop {
            if let Ok((stream, from)) = self.listener.accept().await
                && stream.set_nodelay(true).is_ok()
            {
                let (shared, cut) = (self.shared.clone(), AtomicBool::new(false));
                shared.change(|world| world.lines.insert(from));
                let state = State { shared, from, cut, answer: Mutex::new(None) };
                return (Wire { stream, line: Line(Arc::new(state)) }, from);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection.
pub(super) struct Wire {
    stream: TcpStream,
    line: Line,
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.line.is_cut() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.line.wrote();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.line.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
