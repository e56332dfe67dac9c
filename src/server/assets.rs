//! The built files: WebAssembly, script, style, icons.
//!
//! Their address carries a hash of their content (`/pkg/{hash}/…`), so a browser may keep them for ever and a new
//! release is new addresses.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use axum::Router;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderValue, Response, StatusCode, header};
use leptos::config::LeptosOptions;
use sha2::{Digest, Sha256};
use tower::ServiceBuilder;
use tower_http::{
    services::{ServeDir, fs::ServeFileSystemResponseBody},
    set_header::SetResponseHeaderLayer,
};

/// Where the built files are, and under which address browsers find them.
#[derive(Clone, Debug)]
pub struct Assets {
    site: PathBuf,
    hash: String,
}

/// The built files are not where they should be.
#[derive(Debug, thiserror::Error)]
#[error("the built assets are not in {} ({source}); `make build` makes them, PORTAL_SITE_DIR names the folder", site.display())]
pub struct AssetsMissing {
    site: PathBuf,
    source: io::Error,
}

impl Assets {
    /// Looks at the files in `site/pkg`.
    pub fn open(site: &Path) -> Result<Self, AssetsMissing> {
        let hash = hash_of(&site.join("pkg")).map_err(|source| AssetsMissing { site: site.to_owned(), source })?;
        Ok(Self { site: site.to_owned(), hash })
    }

    /// Address of the style sheet.
    pub fn stylesheet(&self) -> String {
        format!("/pkg/{}/portal.css", self.hash)
    }

    /// For the framework's loader of the WebAssembly.
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name("portal")
            .site_root(self.site.display().to_string())
            .site_pkg_dir(format!("pkg/{}", self.hash))
            .build()
    }

    /// Serves the files: those with a hash in their address for ever, the others for a day.
    pub fn router(&self) -> Router {
        let kept = |value| {
            ServiceBuilder::new()
                .layer(SetResponseHeaderLayer::if_not_present(
                    header::CACHE_CONTROL,
                    move |response: &Response<ServeFileSystemResponseBody>| kept_if_there(response, value),
                ))
                .layer(SetResponseHeaderLayer::overriding(
                    header::CONTENT_TYPE,
                    with_charset::<ServeFileSystemResponseBody>,
                ))
        };
        let files = |folder: PathBuf| ServeDir::new(folder).append_index_html_on_directories(false);
        let pkg = files(self.site.join("pkg")).precompressed_br().precompressed_gzip();
        let mut router = Router::new()
            .nest_service(&format!("/pkg/{}", self.hash), kept("public, max-age=31536000, immutable").service(pkg));
        for file in ["favicon.svg", "icons.svg", "robots.txt"] {
            let service = tower_http::services::ServeFile::new(self.site.join(file)).precompressed_br();
            router = router.route_service(&format!("/{file}"), kept("public, max-age=86400").service(service));
        }
        router
    }
}

/// How long a file is kept; that there is none is not.
fn kept_if_there<B>(response: &Response<B>, value: &'static str) -> Option<HeaderValue> {
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    is_there.then(|| HeaderValue::from_static(value))
}

/// The type of a text with its charset; `None` leaves the type as it is.
fn with_charset<B>(response: &Response<B>) -> Option<HeaderValue> {
    let kind = response.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let is_text = kind.starts_with("text/") || kind == "image/svg+xml";
    if is_text && !kind.contains("charset") { format!("{kind}; charset=utf-8").try_into().ok() } else { None }
}

/// Twelve characters that change when any of the files does.
fn hash_of(folder: &Path) -> io::Result<String> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update(fs::read(&file)?);
    }
    let mut hash = URL_SAFE_NO_PAD.encode(hash.finalize());
    hash.truncate(12);
    Ok(hash)
}
