//! A future that comes to its end even when whoever waits for it goes away.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Carries `work` to its end: a caller that hangs up while it is under way leaves it to the runtime.
///
/// Spawning every command would say the same and cost a task and two wake-ups each; this costs nothing until somebody
/// hangs up.
pub(crate) fn uninterrupted<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Uninterrupted<T> {
    Uninterrupted { work: Some(Box::pin(work)) }
}

pub(crate) struct Uninterrupted<T: Send + 'static> {
    /// Gone once it is done.
    work: Option<Boxed<T>>,
}

impl<T: Send + 'static> Future for Uninterrupted<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        // Out of its place while it runs, so that a panic leaves nothing to go on with.
        let mut work = self.work.take().expect("a future is not polled after it was ready");
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<T: Send + 'static> Drop for Uninterrupted<T> {
    fn drop(&mut self) {
        // Without a runtime the process is ending; what was begun is then found out from the log.
        if let (Some(work), Ok(runtime)) = (self.work.take(), Handle::try_current()) {
            runtime.spawn(async move {
                work.await;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_was_begun_is_finished_without_the_caller() {
        let (open, gate) = oneshot::channel::<()>();
        let (done, finished) = oneshot::channel();
        let mut work = Box::pin(uninterrupted(async move {
            gate.await.unwrap();
            done.send("done").unwrap();
        }));
        assert!(futures_poll_once(work.as_mut()).await.is_pending());
        drop(work);
        open.send(()).unwrap();
        assert_eq!(finished.await, Ok("done"));
    }

    async fn futures_poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
        std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
    }
}
