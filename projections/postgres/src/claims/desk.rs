//! Talks to the server about claims, on one connection: one after the other, and nothing is left open in between, so that
//! a process that stands still keeps nobody from anything but what it has claimed.

use std::{
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

use projections_store::StorageError;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Asked, Returned, Shared};
use crate::{error, link, settings::Settings};

/// How many plans are taken at once, so that nodes that look at the same time share what there is.
const AT_ONCE: usize = 16;

/// Has somebody look after plans.
const ASK: &str = "
    insert into claims as known (plan, due, rung)
    select plan, now(), rung from unnest($1::text[], $2::bigint[]) as asked (plan, rung) order by plan
    on conflict (plan) do update set rung = excluded.rung, due = least(known.due, excluded.due)
    where known.rung < excluded.rung";

/// Takes what is due and nobody has: it was given back, or its holder let it run out.
const TAKE: &str = "
    with free as (
        select plan, holder from claims where due <= now() and until < now() and plan <> all ($4::text[])
        order by due limit $2 for update skip locked)
    update claims set holder = $1, token = nextval('claim_tokens'), until = now() + $3::bigint * interval '1 millisecond'
    from free where claims.plan = free.plan
    returning claims.plan, claims.token, free.holder is not null";

/// Goes on with what nobody else has taken in the meantime.
const RENEW: &str = "
    with ours as (
        select claims.plan from claims, unnest($1::text[], $2::bigint[]) as mine (plan, token)
        where claims.plan = mine.plan and claims.token = mine.token order by claims.plan for update of claims)
    update claims set until = now() + $3::bigint * interval '1 millisecond'
    from ours where claims.plan = ours.plan
    returning claims.plan";

/// Forgets what nothing is to be done about, unless an event has asked for it that its holder did not see.
const END: &str = "
    with ended as (
        select claims.plan from claims, unnest($1::text[], $2::bigint[], $3::bigint[]) as back (plan, token, seen)
        where claims.plan = back.plan and claims.token = back.token and claims.rung <= back.seen
        order by claims.plan for update of claims)
    delete from claims using ended where claims.plan = ended.plan";

/// Gives back what is to be looked after later, or now when an event has asked for it.
const GIVE_BACK: &str = "
    with ours as (
        select claims.plan, back.seen, back.wake_in
        from claims, unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) as back (plan, token, seen, wake_in)
        where claims.plan = back.plan and claims.token = back.token order by claims.plan for update of claims)
    update claims set holder = null, until = '-infinity', due = case
        when rung <= seen and wake_in is not null then now() + wake_in * interval '1 millisecond' else now() end
    from ours where claims.plan = ours.plan";

/// In how many milliseconds the next is due.
const NEXT: &str = "select (extract(epoch from min(due) - now()) * 1000)::bigint from claims where due > now()";

pub(super) struct Desk {
    settings: Settings,
    holder: String,
    most: usize,
    client: Option<Client>,
    shared: Arc<Shared>,
    renew_at: Instant,
    look_at: Instant,
}

impl Desk {
    pub(super) fn new(settings: Settings, holder: String, most: usize, shared: Arc<Shared>) -> Self {
        let now = Instant::now();
        Self { settings, holder, most, client: None, shared, renew_at: now, look_at: now }
    }

    /// Works until it is stopped, and gives everything back then.
    pub(super) async fn keep(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let begin = Instant::now();
            self.let_run_out();
            let asked = mem::take(&mut *self.shared.asked.lock());
            let patience = self.settings.lease() / 3;
            let failed = match tokio::time::timeout(patience, self.round(&asked)).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("the server does not answer".to_owned()),
            };
            if let Some(cause) = failed {
                warn!(cause, "plans can be neither claimed nor given back at the moment");
                self.client = None;
                self.ask_again(asked);
                let pause = self.shortest().saturating_sub(begin.elapsed());
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(pause) => {}
                }
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.wake.notified() => {}
                () = tokio::time::sleep_until(self.renew_at.min(self.look_at).into()) => {}
            }
        }
        self.end().await;
    }

    /// How long nothing is looked for, when nothing is known to become due.
    fn shortest(&self) -> Duration {
        (self.settings.lease() / 10).min(Duration::from_secs(1))
    }

    /// Tells what has run out by our own clock.
    fn let_run_out(&self) {
        let now = Instant::now();
        let mut held = self.shared.held.lock();
        for (plan, claim) in held.iter_mut() {
            if claim.until.is_some_and(|until| until <= now) {
                warn!(plan, "a claim could not be renewed in time");
                self.shared.lose(plan, claim);
            }
        }
    }

    async fn round(&mut self, asked: &Asked) -> Result<(), StorageError> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = Some(link::connect(&self.settings, self.settings.schema()).await?);
        }
        let Some(client) = &self.client else { return Err(StorageError::Closed) };
        go_beyond(client, asked.beyond).await?;
        // What others are to know comes before what we want.
        ask(client, asked).await?;
        give_back(client, &asked.returned).await?;
        if self.renew_at <= Instant::now() {
            self.renew(client).await?;
            self.renew_at = Instant::now() + self.settings.lease() / 4;
        }
        let is_time = self.look_at <= Instant::now();
        if is_time || !asked.wanted.is_empty() || !asked.returned.is_empty() {
            self.look_at = match self.take(client).await? {
                // there may be more, and others may want some of it
                Some(AT_ONCE) => Instant::now(),
                _ => Instant::now() + self.next_due(client).await?,
            };
        }
        Ok(())
    }

    async fn renew(&self, client: &Client) -> Result<(), StorageError> {
        let (plans, tokens): (Vec<String>, Vec<i64>) = {
            let held = self.shared.held.lock();
            let ours = held.iter().filter(|(_, claim)| claim.until.is_some());
            ours.map(|(plan, claim)| (plan.clone(), claim.token)).unzip()
        };
        if plans.is_empty() {
            return Ok(());
        }
        let asked = Instant::now();
        let rows = client.query(RENEW, &[&plans, &tokens, &self.millis()]).await.map_err(error::storage)?;
        let renewed: std::collections::HashSet<String> = rows.iter().map(|row| row.get(0)).collect();
        let mut held = self.shared.held.lock();
        for (plan, token) in plans.iter().zip(tokens) {
            // in the meantime it may have been given back, or found to have run out
            let Some(claim) = held.get_mut(plan).filter(|claim| claim.token == token) else { continue };
            if !renewed.contains(plan) {
                warn!(plan, token, "another node has taken the plan");
                self.shared.lose(plan, claim);
            } else if claim.until.is_some() {
                claim.until = Some(self.until(asked));
            }
        }
        Ok(())
    }

    /// Takes what is due; how many, or `None` when we have as many as we may.
    async fn take(&self, client: &Client) -> Result<Option<usize>, StorageError> {
        let held: Vec<String> = self.shared.held.lock().keys().cloned().collect();
        let room = self.most.saturating_sub(held.len()).min(AT_ONCE);
        if room == 0 {
            return Ok(None);
        }
        let (limit, millis, asked) = (i64::try_from(room).unwrap_or(i64::MAX), self.millis(), Instant::now());
        let rows = client.query(TAKE, &[&self.holder, &limit, &millis, &held]).await.map_err(error::storage)?;
        for row in &rows {
            let (plan, token, over): (String, i64, bool) = (row.get(0), row.get(1), row.get(2));
            if over {
                info!(plan, token, "taking over a plan that was not given back");
            }
            self.shared.take(plan, token, self.until(asked), over);
        }
        Ok(Some(rows.len()))
    }

    /// When to look again: when the next is due, or what nobody has told us of may be.
    async fn next_due(&self, client: &Client) -> Result<Duration, StorageError> {
        let row = client.query_one(NEXT, &[]).await.map_err(error::storage)?;
        let next: Option<i64> = row.get(0);
        let next = next.map(|millis| Duration::from_millis(millis.max(1).cast_unsigned()));
        Ok(next.unwrap_or(Duration::MAX).min(self.shortest()))
    }

    /// Ours ends before the server's: that began to run after we had asked.
    fn until(&self, asked: Instant) -> Instant {
        asked + self.settings.lease() * 9 / 10
    }

    fn millis(&self) -> i64 {
        i64::try_from(self.settings.lease().as_millis()).unwrap_or(i64::MAX)
    }

    /// Keeps what could not be told.
    fn ask_again(&self, failed: Asked) {
        let mut asked = self.shared.asked.lock();
        for (plan, rung) in failed.wanted {
            let known = asked.wanted.entry(plan).or_default();
            *known = rung.max(*known);
        }
        asked.beyond = asked.beyond.max(failed.beyond);
        let later = mem::replace(&mut asked.returned, failed.returned);
        asked.returned.extend(later);
    }

    /// Gives everything back, so that others need not wait.
    async fn end(mut self) {
        let mut asked = mem::take(&mut *self.shared.asked.lock());
        let left = mem::take(&mut *self.shared.held.lock());
        let back =
            |(plan, claim): (String, super::Claim)| Returned { plan, token: claim.token, seen: 0, wake_in: Some(0) };
        asked.returned.extend(left.into_iter().map(back));
        let ending = async {
            if self.client.as_ref().is_none_or(Client::is_closed) {
                self.client = Some(link::connect(&self.settings, self.settings.schema()).await?);
            }
            let Some(client) = &self.client else { return Err(StorageError::Closed) };
            ask(client, &asked).await?;
            give_back(client, &asked.returned).await
        };
        if !matches!(tokio::time::timeout(self.settings.lease() / 3, ending).await, Ok(Ok(()))) {
            warn!("claims could not be given back and run out by themselves");
        }
    }
}

/// Sees to it that tokens are later than one that stands in the log. They are, unless the database is an old copy that was
/// put back.
async fn go_beyond(client: &Client, token: i64) -> Result<(), StorageError> {
    if token == 0 {
        return Ok(());
    }
    let row = client.query_one("select last_value < $1 from claim_tokens", &[&token]).await.map_err(error::storage)?;
    if !row.get::<_, bool>(0) {
        return Ok(());
    }
    warn!(token, "the claims are older than the log; going on behind the latest token in it");
    // Nobody takes anything in the meantime, so that no token is given out twice.
    let raise = format!(
        "begin; lock table claims in share row exclusive mode;
         select setval('claim_tokens', greatest(last_value, {token})) from claim_tokens; commit"
    );
    client.batch_execute(&raise).await.map_err(error::storage)
}

async fn ask(client: &Client, asked: &Asked) -> Result<(), StorageError> {
    if asked.wanted.is_empty() {
        return Ok(());
    }
    let (plans, rung): (Vec<&str>, Vec<i64>) = asked.wanted.iter().map(|(plan, rung)| (plan.as_str(), *rung)).unzip();
    client.execute(ASK, &[&plans, &rung]).await.map(drop).map_err(error::storage)
}

async fn give_back(client: &Client, returned: &[Returned]) -> Result<(), StorageError> {
    if returned.is_empty() {
        return Ok(());
    }
    let ended: Vec<&Returned> = returned.iter().filter(|back| back.wake_in.is_none()).collect();
    if !ended.is_empty() {
        let (plans, tokens, seen) = columns(ended.iter().copied());
        client.execute(END, &[&plans, &tokens, &seen]).await.map_err(error::storage)?;
    }
    let (plans, tokens, seen) = columns(returned.iter());
    let wake_in: Vec<Option<i64>> = returned.iter().map(|back| back.wake_in).collect();
    client.execute(GIVE_BACK, &[&plans, &tokens, &seen, &wake_in]).await.map(drop).map_err(error::storage)
}

fn columns<'a>(returned: impl Iterator<Item = &'a Returned>) -> (Vec<&'a str>, Vec<i64>, Vec<i64>) {
    let (mut plans, mut tokens, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for back in returned {
        plans.push(back.plan.as_str());
        tokens.push(back.token);
        seen.push(back.seen);
    }
    (plans, tokens, seen)
}
