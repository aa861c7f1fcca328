//! The other side of a sender: an HTTP server that also does what servers should not.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use zhuanjie::membership::sender::{Url, address};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// What is done with it.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Answered: the status, headers, the body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Answered as above, after this time.
    Late(Duration, String),
    /// The connection is closed without an answer.
    Cut,
    /// The connection is closed in the middle of an answer with this status.
    Half(u16),
}

impl Act {
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), String::new())
    }

    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::Answer(status, Vec::new(), body.to_string())
    }
}

/// A running server; dropping it closes its port.
pub(crate) struct Upstream {
    address: SocketAddr,
    over: Arc<AtomicBool>,
}

impl Upstream {
    /// Does with each request what `decide` says.
    pub(crate) fn start(decide: impl Fn(&Request) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let (decide, ends) = (Arc::new(decide), Arc::clone(&over));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let decide = Arc::clone(&decide);
                std::thread::spawn(move || serve(stream.expect("a connection"), &*decide));
            }
        });
        Self { address, over }
    }

    pub(crate) fn url(&self) -> Url {
        address(&format!("http://{}/", self.address)).expect("an address")
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes it.
        let _ = TcpStream::connect(self.address);
    }
}

/// One request, one answer; a client that goes away is none of our business.
fn serve(stream: TcpStream, decide: &dyn Fn(&Request) -> Act) {
    let mut reader = BufReader::new(stream);
    let Some(request) = read(&mut reader) else { return };
    let mut stream = reader.into_inner();
    let answer = |status: u16, headers: &[(&str, String)], length: usize, body: &str| {
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n{body}")
    };
    let text = match decide(&request) {
        Act::Answer(status, headers, body) => answer(status, &headers, body.len(), &body),
        Act::Late(time, body) => {
            std::thread::sleep(time);
            answer(200, &[], body.len(), &body)
        }
        Act::Cut => return,
        Act::Half(status) => answer(status, &[], 1000, "{\"Code\":\"O"),
    };
    let _ = stream.write_all(text.as_bytes());
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0).map(|_| line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let header = line()?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, target, headers, body: String::from_utf8(body).expect("UTF-8") })
}
