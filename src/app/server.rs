//! The web server: every room's pages and API behind the same wraps.

use std::net::{TcpListener, ToSocketAddrs};
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::config::Config;
use super::health;
use super::openapi::{self, DocumentText};
use super::session::{TrustedProxies, identify};
use super::tasks::{TASKS, follow_index};
use crate::base::error::{Context, Error, Result};
use crate::platform::Services;
use crate::platform::http::{self, Metrics, Site};
use crate::platform::tasks::look_after;
use crate::{
    accounts, audit, casework, discover, employers, employment, guarantee, hiring, matching, postings, registry,
    requests, roster, subsidies, training,
};

/// Running requests have this long to end.
const SHUTDOWN_SECONDS: u64 = 30;

/// Serves until the process is told to stop; running requests end first.
pub fn run(config: &Config, services: Services, with_tasks: bool) -> Result<()> {
    let listener = listen(&config.server.listen)?;
    let address = listener.local_addr().context("the address is unknown")?;
    let config = config.clone();
    actix_web::rt::System::new().block_on(async move {
        let server = server(&config, services.clone(), listener, 0)?;
        println!("http://{address}");
        actix_web::rt::spawn(follow_index(services.clone()));
        if with_tasks {
            actix_web::rt::spawn(look_after(services.clone(), TASKS));
        }
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            told_to_stop().await;
            services.stop();
            handle.stop(true).await;
        });
        server.await.context("the web server failed")
    })
}

/// Binds the address, or says in words why not.
pub fn listen(address: &str) -> Result<TcpListener> {
    let refused = |reason: String| {
        Error::refused("listen-failed")
            .with("address", address)
            .with("reason", reason)
    };
    let addresses: Vec<_> = address.to_socket_addrs().map_err(|e| refused(e.to_string()))?.collect();
    TcpListener::bind(&addresses[..]).map_err(|e| refused(e.to_string()))
}

/// The server on a bound address; `workers` 0 leaves their number to the machine. Must be called inside a runtime.
pub fn server(config: &Config, services: Services, listener: TcpListener, workers: usize) -> Result<Server> {
    let site = web::Data::new(site_of(config, &services));
    let proxies = config
        .server
        .trusted_proxies
        .iter()
        .filter_map(|a| a.parse().ok())
        .collect();
    let proxies = web::Data::new(TrustedProxies(proxies));
    let services = web::Data::from(Arc::new(services));
    let metrics = web::Data::new(Metrics::new()?);
    let document = web::Data::new(DocumentText(openapi::text()?));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(services.clone())
            .app_data(site.clone())
            .app_data(proxies.clone())
            .app_data(metrics.clone())
            .app_data(document.clone())
            .wrap(from_fn(http::keep_answers))
            .wrap(from_fn(http::guard_writes))
            .wrap(from_fn(identify))
            .wrap(from_fn(http::answer_errors))
            .wrap(from_fn(http::set_headers))
            .wrap(from_fn(http::number_requests))
            .wrap(from_fn(http::measure))
            .wrap(Compress::default())
            .configure(routes)
    });
    let server = if workers == 0 { server } else { server.workers(workers) };
    let server = server.shutdown_timeout(SHUTDOWN_SECONDS).disable_signals();
    Ok(server
        .listen(listener)
        .context("the server could not begin to listen")?
        .run())
}

/// Waits for TERM or the keyboard's interrupt.
pub(super) async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = term.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals the process can only be killed.
        std::future::pending::<()>().await;
    }
}

fn site_of(config: &Config, services: &Services) -> Site {
    Site {
        clock: services.clock.clone(),
        rehearsal: services.rehearsal,
        behind_tls: config.server.behind_tls,
        help_phone: config.bureau.help_phone.clone(),
        public_host: Some(config.server.public_host.clone()).filter(|host| !host.is_empty()),
    }
}

/// Every route of the house.
pub fn routes(config: &mut web::ServiceConfig) {
    http::limits(config);
    http::routes(config);
    health::routes(config);
    accounts::routes(config);
    audit::routes(config);
    registry::routes(config);
    employment::routes(config);
    guarantee::routes(config);
    discover::routes(config);
    hiring::routes(config);
    matching::routes(config);
    requests::routes(config);
    casework::routes(config);
    subsidies::routes(config);
    employment::confirmation_routes(config);
    employers::routes(config);
    postings::routes(config);
    training::routes(config);
    hiring::desk_routes(config);
    employment::desk_routes(config);
    roster::routes(config);
    openapi::api_routes(&mut ServiceConfig::new(config));
    config.route("/api/v1/openapi.json", web::get().to(openapi::serve));
}
