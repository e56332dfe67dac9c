//! One HTTP exchange after the other, and what may go wrong with each.

use std::time::Duration;

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{Inner, http::Wire, reset};

/// What goes wrong with one exchange. "Before": the request does not arrive; "after": it is carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// The connection is reset before anything arrives.
    ResetBefore,
    /// Nothing arrives, nothing is answered for so long, then the connection ends.
    SilenceBefore(Duration),
    /// Arrives; the connection is reset after so long, whether there is an answer or not.
    ResetDuring(Duration),
    /// The answer comes so much later.
    Stall(Duration),
    /// Carried out; no answer for so long, then the connection ends.
    SilenceAfter(Duration),
    /// The answer breaks off after so many thousandths, by RST or by FIN.
    Cut { thousandths: u64, rudely: bool },
    /// The request arrives twice, the second answer is the one that comes back.
    RequestTwice,
    /// The answer comes twice.
    AnswerTwice,
    /// Another answer in its place, before or after it was carried out.
    Instead { status: u16, retry_after: Option<u32>, carried_out: bool },
}

/// How a connection goes on after an exchange.
enum Next {
    Another,
    End,
    Reset,
}

/// Serves one connection of a client.
pub(super) async fn serve(inner: &Inner, stream: TcpStream) {
    let mut client = Wire::new(stream);
    let mut server = None;
    let mut dropped = inner.drop_all.subscribe();
    let next = tokio::select! {
        next = exchanges(inner, &mut client, &mut server) => next,
        _ = dropped.changed() => Next::Reset,
    };
    if matches!(next, Next::Reset) {
        reset(client.stream);
    }
}

async fn exchanges(inner: &Inner, client: &mut Wire, server: &mut Option<Wire>) -> Next {
    loop {
        let Ok(Some(request)) = client.request().await else { return Next::End };
        match exchange(inner, client, server, &request).await {
            Ok(Next::Another) => {}
            Ok(next) => return next,
            Err(_) => return Next::Reset,
        }
    }
}

async fn exchange(
    inner: &Inner,
    client: &mut Wire,
    server: &mut Option<Wire>,
    request: &[u8],
) -> std::io::Result<Next> {
    let fault = inner.take(request);
    match fault {
        Some(Fault::ResetBefore) => return Ok(Next::Reset),
        Some(Fault::SilenceBefore(span)) => {
            tokio::time::sleep(span).await;
            return Ok(Next::End);
        }
        Some(Fault::Instead { status, retry_after, carried_out: false }) => {
            return instead(client, status, retry_after).await;
        }
        Some(Fault::RequestTwice) => {
            ask(inner, server, request).await?;
        }
        Some(Fault::ResetDuring(span)) => {
            let _ = tokio::time::timeout(span, ask(inner, server, request)).await;
            return Ok(Next::Reset);
        }
        _ => {}
    }
    let answer = ask(inner, server, request).await?;
    match fault {
        Some(Fault::Stall(span)) => tokio::time::sleep(span).await,
        Some(Fault::SilenceAfter(span)) => {
            tokio::time::sleep(span).await;
            return Ok(Next::End);
        }
        Some(Fault::Cut { thousandths, rudely }) => return cut(client, &answer, thousandths, rudely).await,
        Some(Fault::AnswerTwice) => client.stream.write_all(&answer).await?,
        Some(Fault::Instead { status, retry_after, .. }) => return instead(client, status, retry_after).await,
        _ => {}
    }
    client.stream.write_all(&answer).await?;
    Ok(Next::Another)
}

/// Asks the server. A question that changes nothing is asked again over a new connection if the one that was kept has ended
/// meanwhile, as load balancers do.
async fn ask(inner: &Inner, server: &mut Option<Wire>, request: &[u8]) -> std::io::Result<Vec<u8>> {
    if let Some(kept) = server.take() {
        let answer = ask_over(kept, server, request).await;
        if answer.is_ok() || !request.starts_with(b"GET ") {
            return answer;
        }
    }
    let new = inner.connect().await.ok_or_else(ended)?;
    ask_over(Wire::new(new), server, request).await
}

/// Asks over this connection, which is kept if there is an answer.
async fn ask_over(mut wire: Wire, server: &mut Option<Wire>, request: &[u8]) -> std::io::Result<Vec<u8>> {
    wire.stream.write_all(request).await?;
    let answer = wire.answer(request).await?.ok_or_else(ended)?;
    *server = Some(wire);
    Ok(answer)
}

fn ended() -> std::io::Error {
    std::io::ErrorKind::ConnectionAborted.into()
}

async fn cut(client: &mut Wire, answer: &[u8], thousandths: u64, rudely: bool) -> std::io::Result<Next> {
    let length = u64::try_from(answer.len()).unwrap_or(u64::MAX);
    let at = usize::try_from(length.saturating_mul(thousandths) / 1000).unwrap_or(0);
    client.stream.write_all(&answer[..at]).await?;
    client.stream.flush().await?;
    // What was sent shall be read before the connection ends.
    tokio::time::sleep(Duration::from_millis(5)).await;
    Ok(if rudely { Next::Reset } else { Next::End })
}

async fn instead(client: &mut Wire, status: u16, retry_after: Option<u32>) -> std::io::Result<Next> {
    let retry_after = retry_after.map(|seconds| format!("Retry-After: {seconds}\r\n")).unwrap_or_default();
    let answer = format!("HTTP/1.1 {status} Fault\r\nContent-Length: 0\r\n{retry_after}\r\n");
    client.stream.write_all(answer.as_bytes()).await?;
    Ok(Next::Another)
}
