//! Server-rendered views that pages are made of.
