//! Tables to which rows are only added: the database itself refuses to change or remove one, whoever asks. What a draft
//! was is deleted with the draft; from the moment on that it is handed in, its steps stay.
//!
//! The two engines spell a trigger differently, so this is no migration; it is brought up to date at each start.

use sqlx::{Any, AnyPool, Executor, Transaction};

use super::{DatabaseError, Engine};

/// The tables.
const TABLES: [&str; 3] = ["onboarding_event", "onboarding_evidence", "audit_event"];

/// One process at a time defines the function; any number that nobody else uses.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(6203417719)";
const POSTGRES_FUNCTION: &str = "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
                                 $$ BEGIN RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME; END $$";
const POSTGRES_FUNCTION_OF_EVENTS: &str = "CREATE OR REPLACE FUNCTION refuse_change_of_event() RETURNS trigger \
                                           LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 \
                                           FROM onboarding WHERE id = OLD.onboarding_id AND state = 'draft') THEN \
                                           RETURN OLD; END IF; \
                                           RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME; END $$";

/// The table of which rows go with the draft that they belong to.
const EVENTS: &str = "onboarding_event";

/// Sees to it that the triggers are there.
pub(super) async fn protect(pool: &AnyPool, engine: Engine) -> Result<(), DatabaseError> {
    let mut tx = pool.begin().await?;
    if engine == Engine::Postgres {
        tx.execute(POSTGRES_LOCK).await?;
        tx.execute(POSTGRES_FUNCTION).await?;
        tx.execute(POSTGRES_FUNCTION_OF_EVENTS).await?;
    }
    for table in TABLES {
        for statement in statements(table, engine) {
            run(&mut tx, statement).await?;
        }
    }
    Ok(tx.commit().await?)
}

async fn run(tx: &mut Transaction<'static, Any>, statement: String) -> Result<(), DatabaseError> {
    tx.execute(sqlx::AssertSqlSafe(statement)).await?;
    Ok(())
}

#[cfg(test)]
impl super::Database {
    /// Lets a test do what somebody with all rights on the database can.
    pub(crate) async fn unprotect(&self, table: &str) {
        let statements = match self.engine {
            Engine::Sqlite => sqlite_triggers(table).map(|trigger| format!("DROP TRIGGER {trigger}")).into(),
            Engine::Postgres => vec![format!("DROP TRIGGER {table}_append_only ON {table}")],
        };
        for statement in statements {
            self.write.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
        }
    }
}

/// Names of the triggers that refuse an update and a deletion.
fn sqlite_triggers(table: &str) -> [String; 2] {
    let delete = if table == EVENTS { "DELETE_once_sent" } else { "DELETE" };
    ["UPDATE", delete].map(|change| format!("{table}_no_{change}"))
}

fn statements(table: &str, engine: Engine) -> Vec<String> {
    match engine {
        Engine::Sqlite => {
            let trigger = |name: &str, change: &str, unless: &str| {
                format!(
                    "CREATE TRIGGER IF NOT EXISTS {name} BEFORE {change} ON {table} {unless}\
                     BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
                )
            };
            let [update, delete] = sqlite_triggers(table);
            let mut statements = vec![trigger(&update, "UPDATE", "")];
            if table == EVENTS {
                // As an older portal has made it: without exception.
                statements.push(format!("DROP TRIGGER IF EXISTS {table}_no_DELETE"));
                let unless = "WHEN (SELECT state FROM onboarding WHERE id = OLD.onboarding_id) IS NOT 'draft' ";
                statements.push(trigger(&delete, "DELETE", unless));
            } else {
                statements.push(trigger(&delete, "DELETE", ""));
            }
            statements
        }
        Engine::Postgres => {
            let function = if table == EVENTS { "refuse_change_of_event" } else { "refuse_change" };
            vec![format!(
                "CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {function}()"
            )]
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::database::Database;

    #[tokio::test]
    async fn what_has_happened_cannot_be_changed_or_removed() {
        let db = Database::temporary().await.unwrap();
        for statement in [
            "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, domain, in_doubt, \
             created_at, changed_at) VALUES ('a', 'submitted', '', '', '', '', '', '', 0, 0, 0)",
            "INSERT INTO onboarding_event VALUES ('a', 1, 'draft', NULL, 0, NULL)",
            "INSERT INTO onboarding_evidence VALUES ('a', 1, '{}', 'not_yet', 0)",
            "INSERT INTO audit_event (position, happened_at, act, outcome, role, former_hash, hash) \
             VALUES (1, 0, 'sign_in', 'done', 'admin', '', '')",
        ] {
            sqlx::query(statement).execute(db.write()).await.unwrap();
        }
        for statement in [
            "UPDATE onboarding_event SET happened_at = 1",
            "DELETE FROM onboarding_event",
            "UPDATE onboarding_evidence SET verdict = 'created'",
            "DELETE FROM onboarding_evidence",
            "UPDATE audit_event SET outcome = 'refused'",
            "DELETE FROM audit_event",
        ] {
            let refused = sqlx::query(statement).execute(db.write()).await.unwrap_err().to_string();
            assert!(refused.contains("are only added"), "{statement}: {refused}");
        }
    }

    #[tokio::test]
    async fn the_steps_of_a_draft_go_with_the_draft() {
        let db = Database::temporary().await.unwrap();
        for statement in [
            "INSERT INTO onboarding (id, state, owner_tid, owner_oid, owner_name, form, company_name, domain, in_doubt, \
             created_at, changed_at) VALUES ('a', 'draft', '', '', '', '', '', '', 0, 0, 0)",
            "INSERT INTO onboarding_event VALUES ('a', 1, 'draft', NULL, 0, NULL)",
            "DELETE FROM onboarding_event WHERE onboarding_id = 'a'",
        ] {
            sqlx::query(statement).execute(db.write()).await.unwrap();
        }
    }
}
