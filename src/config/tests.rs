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

#[test]
fn a_hostile_upstream_is_refused_at_the_start() {
    for value in [
        "http://api.partnercenter.microsoft.com",
        "https://api.partnercenter.microsoft.com.evil.example",
        "https://api.partnercenter.microsoft.com:8443",
        "https://user@api.partnercenter.microsoft.com",
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://169.254.169.254",
        "file:///etc/passwd",
        "//api.partnercenter.microsoft.com",
    ] {
        assert!(read(&[("PORTAL_PARTNER_CENTER_URL", value)]).is_err(), "{value}");
        assert!(read(&[("PORTAL_ENTRA_AUTHORITY", value)]).is_err(), "{value}");
    }
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
