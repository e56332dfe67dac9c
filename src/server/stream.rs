//! A body whose pieces are made as they are read.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use tokio::sync::mpsc;

/// What is sent as it comes; an error breaks it off, so that nobody takes what has come for all of it.
pub(super) struct Stream<E>(pub(super) mpsc::Receiver<Result<Bytes, E>>);

impl<E> HttpBody for Stream<E> {
    type Data = Bytes;
    type Error = E;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
