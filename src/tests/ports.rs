//! Ports for other programs that a test starts.

use std::{
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// Below what a kernel gives to connections that name no port (on Linux from 32768): a port that was free a moment ago
/// would now and then be the near end of somebody's connection when the program wants it.
const FIRST: u32 = 12_000;
const PORTS: u32 = 20_000;

/// A port of loopback that nobody listens at; not given again by this process.
pub(crate) fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Tests that run side by side are processes with neighbouring numbers.
    let start = process::id().wrapping_mul(61);
    (0..PORTS)
        .map(|_| start.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % PORTS + FIRST)
        .filter_map(|port| u16::try_from(port).ok())
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a port of loopback that is free")
}
