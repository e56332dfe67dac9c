use super::*;

const MINIMUM: &[(&str, &str)] = &[
    ("PORTAL_ENTRA_TENANT_ID", "a1b2c3d4-0000-4000-8000-00000000c0de"),
    ("PORTAL_ENTRA_CLIENT_ID", "client"),
    ("PORTAL_ENTRA_CLIENT_SECRET", "secret"),
];

fn read(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::read(&|name| {
        more.iter().chain(MINIMUM).find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_defaults_are_those_of_the_public_cloud() {
    let config = read(&[]).unwrap();
    assert_eq!(config.entra.authority.as_str(), "https://login.microsoftonline.com/");
    assert_eq!(config.partner_center_url.as_str(), "https://api.partnercenter.microsoft.com/");
    assert_eq!(config.environment, Environment::Production);
    assert_eq!(config.public_url.as_str(), "http://localhost:3000/");
}

#[test]
fn each_cloud_brings_its_own_addresses() {
    let config = read(&[("PORTAL_CLOUD", "china")]).unwrap();
    assert_eq!(config.entra.authority.as_str(), "https://login.partner.microsoftonline.cn/");
    assert_eq!(config.partner_center_url.as_str(), "https://partner.partnercenterapi.microsoftonline.cn/");
    let config = read(&[("PORTAL_CLOUD", "us-government")]).unwrap();
    assert_eq!(config.entra.authority.as_str(), "https://login.microsoftonline.us/");
}

#[test]
fn a_complaint_names_the_setting_and_gives_an_example() {
    let complaint = Config::read(&|_| None).unwrap_err().to_string();
    assert!(complaint.starts_with("PORTAL_ENTRA_TENANT_ID is missing; for example: PORTAL_ENTRA_TENANT_ID="));
    let complaint = read(&[("PORTAL_CLOUD", "germany")]).unwrap_err().to_string();
    assert_eq!(complaint, "PORTAL_CLOUD must be one of global, us-government, china; for example: PORTAL_CLOUD=global");
}

/// What would lead a token or a secret elsewhere, whichever upstream's address it is.
const HOSTILE_UPSTREAMS: [&str; 26] = [
    "http://api.partnercenter.microsoft.com",
    "http://login.microsoftonline.com",
    "https://api.partnercenter.microsoft.com.evil.example",
    "https://login.microsoftonline.com.evil.example",
    "https://api.partnercenter.microsoft.com:8443",
    "https://user@api.partnercenter.microsoft.com",
    "https://:secret@api.partnercenter.microsoft.com",
    "https://api.partnercenter.microsoft.com@evil.example",
    "https://evil.example\\@api.partnercenter.microsoft.com",
    "https://api.partnercenter.microsoft.com/?to=evil.example",
    "https://login.microsoftonline.com/#evil.example",
    "https://evil.example",
    "https://evil.example/api.partnercenter.microsoft.com",
    "https://api.partnercenter.microsoft.com.",
    "https://api.partnercenter.micros\u{43e}ft.com",
    "https://127.0.0.1",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://169.254.169.254",
    "http://[::ffff:169.254.169.254]",
    "http://0.0.0.0",
    "http://192.168.0.1",
    "http://user@127.0.0.1",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//api.partnercenter.microsoft.com",
];

/// What else says where the portal is, what it asks and whom it believes.
const HOSTILE_SETTINGS: [(&str, &str); 29] = [
    ("PORTAL_PARTNER_CENTER_URL", "https://login.microsoftonline.com"),
    ("PORTAL_ENTRA_AUTHORITY", "https://api.partnercenter.microsoft.com"),
    ("PORTAL_CLOUD", "https://evil.example"),
    ("PORTAL_PUBLIC_URL", "http://portal.example.com"),
    ("PORTAL_PUBLIC_URL", "https://portal.example.com/path"),
    ("PORTAL_PUBLIC_URL", "https://portal.example.com/?query"),
    ("PORTAL_PUBLIC_URL", "https://user@portal.example.com"),
    ("PORTAL_PUBLIC_URL", "https://:secret@portal.example.com"),
    ("PORTAL_PUBLIC_URL", "ftp://localhost"),
    ("PORTAL_PUBLIC_URL", "javascript:alert(1)"),
    ("PORTAL_PUBLIC_URL", "//portal.example.com"),
    ("PORTAL_TRUSTED_PROXIES", "*"),
    ("PORTAL_TRUSTED_PROXIES", "proxy.example.com"),
    ("PORTAL_TRUSTED_PROXIES", "10.0.0.0/33"),
    ("PORTAL_TRUSTED_PROXIES", "0.0.0.0/0"),
    ("PORTAL_TRUSTED_PROXIES", "10.0.0.1;10.0.0.2"),
    ("PORTAL_OTLP_ENDPOINT", "http://otel.example.com:4318"),
    ("PORTAL_OTLP_ENDPOINT", "https://user:secret@otel.example.com"),
    ("PORTAL_OTLP_ENDPOINT", "https://otel.example.com/?token=secret"),
    ("PORTAL_OTLP_ENDPOINT", "file:///tmp/traces"),
    ("PORTAL_LISTEN", "evil.example:3000"),
    ("PORTAL_OPS_LISTEN", "9464"),
    ("PORTAL_DATABASE_URL", "mysql://localhost/portal"),
    ("PORTAL_DATABASE_URL", "https://evil.example/portal.db"),
    ("PORTAL_DATABASE_URL", "postgres://user@db.example.com/portal"),
    ("PORTAL_DATABASE_URL", "postgres://user@db.example.com/portal?sslmode=require"),
    ("PORTAL_DATABASE_URL", "postgres://user@127.0.0.1/portal?host=db.example.com"),
    ("PORTAL_DATABASE_URL", "postgres://user@db.example.com/portal?sslmode=verify-full&sslmode=disable"),
    ("PORTAL_ENTRA_TENANT_ID", "../common"),
];

#[test]
fn a_hostile_upstream_is_refused_at_the_start() {
    let mut refused = 0;
    let upstreams = ["PORTAL_PARTNER_CENTER_URL", "PORTAL_ENTRA_AUTHORITY"];
    let everywhere = upstreams.iter().flat_map(|name| HOSTILE_UPSTREAMS.map(|value| (*name, value)));
    for (name, value) in everywhere.chain(HOSTILE_SETTINGS) {
        match read(&[(name, value)]) {
            Ok(_) => panic!("{name}={value} is taken"),
            Err(complaint) => assert_eq!(complaint.name, name, "{value}: {complaint}"),
        }
        refused += 1;
    }
    assert_eq!(refused, 81);
}

#[test]
fn a_database_elsewhere_is_reached_over_tls_with_its_name_verified() {
    for value in [
        "sqlite:portal.db",
        "postgres://user@localhost/portal",
        "postgresql://user:secret@127.0.0.1:5433/portal",
        "postgres://user@[::1]/portal",
        "postgres:///portal?host=/run/postgresql",
        "postgres://%2Frun%2Fpostgresql/portal",
        "postgres://user@db.example.com/portal?sslmode=verify-full",
        "postgres://user@db.example.com/portal?sslrootcert=/etc/ssl/db.pem&sslmode=verify-full",
        "postgres:///portal?host=db.example.com&sslmode=verify-full",
    ] {
        assert!(read(&[("PORTAL_DATABASE_URL", value)]).is_ok(), "{value}");
    }
    let complaint = read(&[("PORTAL_DATABASE_URL", "postgres://u:canary@db.example.com/portal")]).unwrap_err();
    assert!(complaint.to_string().contains("sslmode=verify-full") && !complaint.to_string().contains("canary"));
}

#[test]
fn a_portal_that_talks_to_loopback_says_simulator_whatever_it_is_told() {
    let config =
        read(&[("PORTAL_PARTNER_CENTER_URL", "http://127.0.0.1:4000"), ("PORTAL_ENVIRONMENT", "production")]).unwrap();
    assert_eq!(config.environment, Environment::Simulator);
    assert_eq!(read(&[("PORTAL_ENVIRONMENT", "sandbox")]).unwrap().environment, Environment::Sandbox);
}

#[test]
fn the_public_url_must_be_https_unless_it_is_on_this_machine() {
    assert!(read(&[("PORTAL_PUBLIC_URL", "http://portal.example.com")]).is_err());
    assert!(read(&[("PORTAL_PUBLIC_URL", "https://portal.example.com/path")]).is_err());
    assert!(read(&[("PORTAL_PUBLIC_URL", "https://portal.example.com")]).unwrap().is_https());
}

#[test]
fn secrets_do_not_show_in_debug_output() {
    let config = read(&[("PORTAL_ENTRA_CLIENT_SECRET", "canary"), ("PORTAL_DATABASE_URL", "postgres://u:canary@h/d")]);
    assert!(!format!("{config:?}").contains("canary"));
}

#[test]
fn traces_leave_the_machine_over_https_alone() {
    assert_eq!(read(&[]).unwrap().otlp_endpoint, None);
    for value in ["https://otel.example.com:4318", "https://otel.example.com/collect", "http://127.0.0.1:4318"] {
        assert!(read(&[("PORTAL_OTLP_ENDPOINT", value)]).unwrap().otlp_endpoint.is_some(), "{value}");
    }
    for value in [
        "http://otel.example.com:4318",
        "https://user:pass@otel.example.com",
        "https://a/?b",
        "otel",
        "ftp://localhost",
    ] {
        assert!(read(&[("PORTAL_OTLP_ENDPOINT", value)]).is_err(), "{value}");
    }
}

#[test]
fn a_secret_from_an_empty_file_is_none() {
    let file = std::env::temp_dir().join(format!("reseller-portal-empty-secret-{}", std::process::id()));
    std::fs::write(&file, "\n").unwrap();
    let path = file.display().to_string();
    let complaint =
        read(&[("PORTAL_ENTRA_CLIENT_SECRET", ""), ("PORTAL_ENTRA_CLIENT_SECRET_FILE", &path)]).unwrap_err();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(complaint.name, "PORTAL_ENTRA_CLIENT_SECRET_FILE");
    assert!(complaint.to_string().contains("empty file"), "{complaint}");
}

#[test]
fn nothing_starts_with_what_examples_and_shipped_files_say() {
    let examples = [
        ("PORTAL_ENTRA_TENANT_ID", "72f988bf-86f1-41af-91ab-2d7cd011db47"),
        ("PORTAL_ENTRA_TENANT_ID", "72F988BF-86F1-41AF-91AB-2D7CD011DB47"),
        ("PORTAL_ENTRA_CLIENT_ID", "11111111-2222-4333-8444-555555555555"),
        ("PORTAL_ENTRA_CLIENT_SECRET", "the-secret-value"),
    ];
    for (name, value) in examples {
        let complaint = read(&[(name, value)]).unwrap_err();
        assert_eq!(complaint.name, name);
        assert!(complaint.to_string().contains("the example itself"), "{complaint}");
    }
    // The settings of a fresh package: nobody can sign in before somebody has said where.
    let shipped = include_str!("../../.deploy/portal.env");
    let shipped =
        |name: &str| shipped.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
    assert_eq!(Config::read(&shipped).unwrap_err().name, "PORTAL_ENTRA_TENANT_ID");
}
