//! The web server: every room's pages and API behind the same wraps.

use std::net::ToSocketAddrs;
use std::sync::Arc;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, HttpServer, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::config::Config;
use super::session::{TrustedProxies, identify};
use crate::base::error::{Context, Error, Result};
use crate::discover;
use crate::hiring;
use crate::matching;
use crate::platform::Services;
use crate::platform::http::{self, Site};

/// Serves until the process is told to stop; running requests end first.
pub fn run(config: &Config, services: Services, _with_tasks: bool) -> Result<()> {
    let listen = config.server.listen.clone();
    let refused = |reason: String| {
        Error::refused("listen-failed")
            .with("address", &listen)
            .with("reason", reason)
    };
    let addresses: Vec<_> = listen.to_socket_addrs().map_err(|e| refused(e.to_string()))?.collect();
    let site = site_of(config, &services);
    let proxies = TrustedProxies(
        config
            .server
            .trusted_proxies
            .iter()
            .filter_map(|a| a.parse().ok())
            .collect(),
    );
    let runtime = actix_web::rt::System::new();
    runtime.block_on(async move {
        let services = web::Data::from(Arc::new(services));
        let (site, proxies) = (web::Data::new(site), web::Data::new(proxies));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(services.clone())
                .app_data(site.clone())
                .app_data(proxies.clone())
                .wrap(from_fn(http::guard_writes))
                .wrap(from_fn(identify))
                .wrap(from_fn(http::answer_errors))
                .wrap(from_fn(http::set_headers))
                .wrap(from_fn(http::number_requests))
                .wrap(Compress::default())
                .configure(routes)
        })
        .shutdown_timeout(30)
        .bind(&addresses[..])
        .map_err(|e| refused(e.to_string()))?;
        println!(
            "http://{}",
            server.addrs().first().map(ToString::to_string).unwrap_or_default()
        );
        server.run().await.context("the web server failed")
    })
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
    config.route(
        "/healthz",
        web::get().to(|| async { HttpResponse::Ok().content_type("text/plain").body("ok") }),
    );
    http::limits(config);
    http::routes(config);
    discover::routes(config);
    hiring::routes(config);
    matching::routes(config);
    let mut api = ServiceConfig::new(config);
    discover::api_routes(&mut api);
    hiring::api_routes(&mut api);
    matching::api_routes(&mut api);
}
