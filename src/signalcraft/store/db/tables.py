"""The tables. Configuration is documents and the references between them, as in etcd."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Times are text in the very form in which the API shows them: RFC 3339, UTC, microseconds. It sorts
# as time does.

# One row: what is true of the database as a whole.
database = Table(
    "database",
    metadata,
    Column("feed_id", Text, primary_key=True),
)

# The row that every write of a workspace locks; `revision` is the newest in its feed. The acting
# owner is the user who keeps an owner's rights while no user has the role.
workspace = Table(
    "workspace",
    metadata,
    Column("id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("acting_owner_id", Text),
)

resource = Table(
    "resource",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("natural_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("manager", Text),
    Column("source", Text),
    Column("deletion_requested_at", Text),
    # Not unique: names may be shared for a while, so that they can be swapped.
    Index(None, "workspace_id", "kind", "natural_key"),
    Index(None, "workspace_id", "kind", "id"),
)

# What a manager said at plan that it will change of a resource: `fields` are those that the checks
# of other resources look at, null for a deletion. It holds while the resource has this version.
planned_change = Table(
    "planned_change",
    metadata,
    Column("resource_id", Text, ForeignKey("resource.id"), nullable=False),
    Column("manager", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fields", Text),
    Column("planned_at", Text, nullable=False, index=True),
    PrimaryKeyConstraint("resource_id", "manager", "source"),
)

# Which resource refers to which. The foreign keys are checked at commit: whatever the code above
# them overlooks, a reference to nothing can't be stored.
reference = Table(
    "reference",
    metadata,
    Column("source_id", Text, nullable=False),
    Column("target_id", Text, nullable=False, index=True),
    PrimaryKeyConstraint("source_id", "target_id"),
    ForeignKeyConstraint(["source_id"], ["resource.id"], deferrable=True, initially="DEFERRED"),
    ForeignKeyConstraint(["target_id"], ["resource.id"], deferrable=True, initially="DEFERRED"),
)

change = Table(
    "change",
    metadata,
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("diff", Text, nullable=False),
    Column("manager", Text),
    Column("source", Text),
    Column("request_id", Text, nullable=False),
    PrimaryKeyConstraint("workspace_id", "revision"),
    Index(None, "workspace_id", "resource_id", "revision"),
    Index(None, "workspace_id", "kind", "revision"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("service_account_id", Text, ForeignKey("resource.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("revoked_at", Text),
    Column("last_used_at", Text),
    # Of a key that a token was exchanged for: by which trust, whose token, in which run.
    Column("trust_id", Text, index=True),
    Column("subject", Text),
    Column("run_url", Text),
    # JSON: what the account could do when the key was made.
    Column("scopes", Text, nullable=False, server_default="[]"),
    Column("lifetime_seconds", Integer),
    # That it has expired, as a fact: it stays so, whatever clocks and settings say later.
    Column("ended_at", Text),
)

# Tokens that can be exchanged only once, for as long as they would be valid.
used_token = Table(
    "used_token",
    metadata,
    Column("issuer", Text, nullable=False),
    Column("token_id", Text, nullable=False),
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("expires_at", Text, nullable=False),
    PrimaryKeyConstraint("issuer", "token_id"),
    Index(None, "workspace_id", "expires_at"),
)

# The answers to requests with an Idempotency-Key, for 24 hours.
idempotency = Table(
    "idempotency",
    metadata,
    Column("service_account_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False, index=True),
    PrimaryKeyConstraint("service_account_id", "key"),
)

schedule_override = Table(
    "schedule_override",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("schedule_id", Text, ForeignKey("resource.id"), nullable=False),
    # An id of a user or a team, or `nobody`.
    Column("participant", Text, nullable=False, index=True),
    Column("starts_at", Text, nullable=False),
    Column("ends_at", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Index(None, "schedule_id", "id"),
)

# Links by which a calendar program, which sends no bearer token, reads a schedule: all of its shifts
# or, with a user, that person's.
calendar_link = Table(
    "calendar_link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("schedule_id", Text, ForeignKey("resource.id"), nullable=False, index=True),
    Column("user_id", Text, ForeignKey("resource.id"), index=True),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
)

# A Terraform state. Its row is locked by every request that changes the state or its lock.
terraform_state = Table(
    "terraform_state",
    metadata,
    Column("id", Text, primary_key=True),
    Column("workspace_id", Text, ForeignKey("workspace.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    # The last request that was refused, and why (JSON).
    Column("refusal", Text),
    # What kept an apply from saving the state (JSON); applies are refused while it is set.
    Column("unsaved", Text),
    UniqueConstraint("workspace_id", "name"),
)

# A run of Terraform that took the state's lock. It holds the lock until `released_at`.
_HELD = text("released_at IS NULL")
terraform_run = Table(
    "terraform_run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state_id", Text, ForeignKey("terraform_state.id"), nullable=False),
    Column("lock_id", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("account_name", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("url", Text),
    Column("taken_at", Text, nullable=False),
    # The newest revision of the workspace's change feed when the lock was taken.
    Column("taken_revision", Integer, nullable=False),
    Column("released_at", Text),
    # Who released it by force.
    Column("released_by", Text),
    Index(None, "state_id", "id"),
    Index(
        "uq_terraform_run_held",
        "state_id",
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    ),
)

terraform_version = Table(
    "terraform_version",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state_id", Text, ForeignKey("terraform_state.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("run_id", Text, ForeignKey("terraform_run.id"), index=True),
    Column("written_at", Text, nullable=False),
    Column("account_name", Text, nullable=False),
    # As the state itself says them; absent from a state that OpenTofu has encrypted.
    Column("lineage", Text),
    Column("serial", BigInteger),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    # The key that encrypts the version's chunks, itself encrypted.
    Column("envelope", LargeBinary, nullable=False),
    UniqueConstraint("state_id", "number"),
)

terraform_chunk = Table(
    "terraform_chunk",
    metadata,
    Column("version_id", Text, ForeignKey("terraform_version.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("version_id", "number"),
)
