//! How many requests, how long they took, how they ended: by method and route pattern, never by full path, which
//! could carry an id and would grow without bound.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::base::error::{Context, Result};
use crate::platform::db::PoolState;

/// The counters of one server.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    connections: IntGaugeVec,
    index_behind: IntGauge,
}

impl Metrics {
    pub fn new() -> Result<Self> {
        let requests = IntCounterVec::new(
            Opts::new("http_requests_total", "Requests by method, route and status."),
            &["method", "route", "status"],
        );
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
        let seconds = HistogramVec::new(
            HistogramOpts::new("http_request_seconds", "Time to answer by method and route.").buckets(buckets),
            &["method", "route"],
        );
        let connections = IntGaugeVec::new(
            Opts::new("database_connections", "Connections to the database by pool and state."),
            &["pool", "state"],
        );
        let index_behind = IntGauge::new(
            "search_index_behind",
            "Changes of the database that the search index has not taken over yet.",
        );
        let metrics = Self {
            registry: Registry::new(),
            requests: requests.context("a counter could not be made")?,
            seconds: seconds.context("a histogram could not be made")?,
            connections: connections.context("a gauge could not be made")?,
            index_behind: index_behind.context("a gauge could not be made")?,
        };
        let collectors: [Box<dyn prometheus::core::Collector>; 4] = [
            Box::new(metrics.requests.clone()),
            Box::new(metrics.seconds.clone()),
            Box::new(metrics.connections.clone()),
            Box::new(metrics.index_behind.clone()),
        ];
        for collector in collectors {
            metrics
                .registry
                .register(collector)
                .context("a counter could not be registered")?;
        }
        Ok(metrics)
    }

    /// The counters in the text form of Prometheus, with the state of the pools and how many changes the index lacks.
    pub fn text(&self, pools: &[PoolState], index_behind: i64) -> Result<Vec<u8>> {
        self.index_behind.set(index_behind);
        for pool in pools {
            self.connections
                .with_label_values(&[pool.name, "open"])
                .set(i64::from(pool.open));
            self.connections
                .with_label_values(&[pool.name, "idle"])
                .set(i64::from(pool.idle));
        }
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .context("the counters could not be written")?;
        Ok(text)
    }
}

/// Middleware: counts and times every request.
pub async fn measure<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<B>, Error> {
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let method = known_method(request.method().as_str());
    let began = std::time::Instant::now();
    let outcome = next.call(request).await;
    if let Some(metrics) = metrics {
        let (route, status) = match &outcome {
            Ok(response) => (
                response.request().match_pattern().unwrap_or_else(|| "none".to_owned()),
                response.status().as_u16(),
            ),
            Err(error) => ("none".to_owned(), error.as_response_error().status_code().as_u16()),
        };
        metrics
            .requests
            .with_label_values(&[method, &route, &status.to_string()])
            .inc();
        metrics
            .seconds
            .with_label_values(&[method, &route])
            .observe(began.elapsed().as_secs_f64());
    }
    outcome
}

/// Callers may invent methods; the counters do not grow with them.
fn known_method(method: &str) -> &'static str {
    ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|m| *m == method)
        .unwrap_or("other")
}
