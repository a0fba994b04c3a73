//! Takes the 40 milliseconds out of every call.
//!
//! The client sends a call in two small packets and leaves Nagle's algorithm on; the second waits until the server has
//! acknowledged the first, which it puts off. The client has no setting for it and hides its sockets. So the sockets of
//! this process are looked through: those that lead to a port of a configured node are duplicated (`pidfd_getfd` on
//! ourselves; both descriptors mean the same socket) and told not to wait. Where a kernel or a container forbids that,
//! it is said once, and everything works as before, slower.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use tracing::{debug, info};

/// A call that takes longer may be one that waited.
const SUSPICIOUS: Duration = Duration::from_millis(25);
/// The sockets are not looked through more often than this.
const AGAIN: Duration = Duration::from_millis(200);

/// Keeps the sockets to the server from waiting.
pub(crate) struct NoDelay {
    ports: Vec<u16>,
    begin: Instant,
    /// When the sockets were looked through last, in milliseconds since `begin`.
    last: AtomicU64,
    is_forbidden: AtomicBool,
}

impl NoDelay {
    /// For nodes at these ports.
    pub(crate) fn new(ports: Vec<u16>) -> Self {
        Self { ports, begin: Instant::now(), last: AtomicU64::new(0), is_forbidden: AtomicBool::new(false) }
    }

    /// After a connection was made.
    pub(crate) fn connected(&self) {
        self.look();
    }

    /// After a call: when it took long, the client may have a new connection.
    pub(crate) fn took(&self, time: Duration) {
        if time < SUSPICIOUS {
            return;
        }
        let now = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let last = self.last.load(Ordering::Relaxed);
        let is_due = now.saturating_sub(last) >= u64::try_from(AGAIN.as_millis()).unwrap_or(u64::MAX);
        if is_due && self.last.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.look();
        }
    }

    fn look(&self) {
        if self.is_forbidden.load(Ordering::Relaxed) {
            return;
        }
        match sockets::hurry(&self.ports) {
            Ok(0) => {}
            Ok(count) => debug!(count, "connections to the log no longer wait before they send"),
            Err(cause) => {
                if !self.is_forbidden.swap(true, Ordering::Relaxed) {
                    info!(%cause, "calls to the log take about 40 ms longer than they could: sockets cannot be set here");
                }
            }
        }
    }
}

#[cfg(target_os = "linux")]
mod sockets {
    use std::{fs, io, net::SocketAddr};

    use rustix::{
        net::{getpeername, sockopt},
        process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open},
    };

    /// Sets `TCP_NODELAY` on all connections of this process to one of the ports; answers how many were new.
    pub(super) fn hurry(ports: &[u16]) -> io::Result<usize> {
        let ourselves = pidfd_open(getpid(), PidfdFlags::empty())?;
        let mut set = 0;
        for entry in fs::read_dir("/proc/self/fd")? {
            let entry = entry?;
            // a descriptor may be closed while we look: then it is none of ours any more
            let is_socket =
                fs::read_link(entry.path()).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"));
            let Some(number) = entry.file_name().to_str().filter(|_| is_socket).and_then(|name| name.parse().ok())
            else {
                continue;
            };
            let socket = match pidfd_getfd(&ourselves, number, PidfdGetfdFlags::empty()) {
                Ok(socket) => socket,
                Err(rustix::io::Errno::BADF) => continue,
                Err(other) => return Err(other.into()),
            };
            let peer = getpeername(&socket).ok().flatten().and_then(|peer| SocketAddr::try_from(peer).ok());
            let is_ours = peer.is_some_and(|peer| ports.contains(&peer.port()));
            if is_ours && sockopt::tcp_nodelay(&socket).is_ok_and(|is_set| !is_set) {
                sockopt::set_tcp_nodelay(&socket, true)?;
                set += 1;
            }
        }
        Ok(set)
    }

    #[cfg(test)]
    mod tests {
        use std::net::{TcpListener, TcpStream};

        #[test]
        fn connections_to_a_port_of_the_server_are_set_and_others_are_left() {
            let server = TcpListener::bind("127.0.0.1:0").unwrap();
            let other = TcpListener::bind("127.0.0.1:0").unwrap();
            let to_server = TcpStream::connect(server.local_addr().unwrap()).unwrap();
            let to_other = TcpStream::connect(other.local_addr().unwrap()).unwrap();
            let Ok(set) = super::hurry(&[server.local_addr().unwrap().port()]) else {
                // the machine forbids it, as the adapter says then
                return;
            };
            assert_eq!((set, to_server.nodelay().unwrap(), to_other.nodelay().unwrap()), (1, true, false));
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod sockets {
    use std::io;

    pub(super) fn hurry(_ports: &[u16]) -> io::Result<usize> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}
