"""Jobs, data sets, versions, exports, deployments, pictures, looks and tabular models."""

import sqlalchemy as sa
from alembic import op

revision = "0001_factory"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _jobs()
    _datasets()
    _versions()
    _exports()
    _deployments()
    _media()
    _looks()
    _tabular()


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("spec", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("claim", sa.Integer, nullable=False, server_default="0"),
        sa.Column("worker", sa.Text),
        sa.Column("cancel_asked_at", sa.Float),
        sa.Column("done", sa.Float),
        sa.Column("total", sa.Float),
        sa.Column("doing", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("not_before", sa.Float),
        sa.Column("started_at", sa.Float),
        sa.Column("heartbeat_at", sa.Float),
        sa.Column("ended_at", sa.Float),
        sa.Column("time_limit_sec", sa.Float, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("result", sa.Text),
    )
    op.create_index("jobs_by_state", "jobs", ["state", "queue", "number"])
    op.create_index("jobs_by_kind", "jobs", ["household_id", "kind", "number"])
    op.create_table(
        "job_lines",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
    )
    op.create_index("job_lines_by_job", "job_lines", ["job_id", "number"])
    op.create_table(
        "job_metrics",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("job_id", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("fit", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.UniqueConstraint("job_id", "fit", "name", "epoch"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("queues", sa.Text, nullable=False),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("heartbeat_at", sa.Float, nullable=False),
        sa.Column("missing_modules", sa.Text, nullable=False),
        sa.Column("missing_trackers", sa.Text, nullable=False),
    )


def _datasets() -> None:
    op.create_table("blob_owner", sa.Column("id", sa.Text, primary_key=True))
    op.create_table(
        "record_erasures",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("blobs", sa.Text, nullable=False),
        sa.Column("version_ids", sa.Text, nullable=False),
        sa.Column("is_told", sa.Boolean, nullable=False),
    )
    op.create_table(
        "datasets",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("of_record", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("removed_at", sa.Float),
    )
    op.create_index("datasets_by_household", "datasets", ["household_id", "number"])
    op.create_table(
        "dataset_versions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("dataset_id", sa.Text, sa.ForeignKey("datasets.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("subset_of", sa.Text),
        sa.Column("subset", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.UniqueConstraint("dataset_id", "version"),
    )
    op.create_table(
        "uploads",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("dataset_id", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("only_changes", sa.Boolean, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("doing", sa.Text),
        sa.Column("done", sa.BigInteger),
        sa.Column("total", sa.BigInteger),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("touched_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
        sa.Column("version_id", sa.Text),
        sa.Column("failure", sa.Text),
    )
    op.create_table(
        "dataset_shares",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("metrics", sa.Text, nullable=False),
        sa.Column("base_id", sa.Text),
        sa.Column("dataset_version_ids", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, unique=True),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("removed_at", sa.Float),
    )
    op.create_index("versions_by_recipe", "versions", ["household_id", "recipe", "number"])
    op.create_table(
        "comparisons",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("version_ids", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False, unique=True),
        sa.Column("stretches", sa.Text, nullable=False),
        sa.Column("report", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
    )
    op.create_table(
        "aliases",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("moved_at", sa.Float, nullable=False),
        sa.UniqueConstraint("household_id", "recipe", "alias"),
    )
    op.create_table(
        "alias_moves",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("from_version_id", sa.Text),
        sa.Column("to_version_id", sa.Text, nullable=False),
        sa.Column("moved_by", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("alias_moves_by_time", "alias_moves", ["household_id", "number"])
    op.create_table(
        "shadow_days",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("production_id", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("windows", sa.Integer, nullable=False),
        sa.Column("more", sa.Integer, nullable=False),
        sa.Column("fewer", sa.Integer, nullable=False),
        sa.Column("dropped", sa.Integer, nullable=False),
        sa.UniqueConstraint("version_id", "production_id", "day"),
    )


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("precision", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False, unique=True),
        sa.Column("file", sa.Text),
        sa.Column("file_name", sa.Text),
        sa.Column("bytes", sa.Integer),
        sa.Column("difference", sa.Float),
        sa.Column("checked_on", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
    )
    op.create_index("exports_by_version", "exports", ["version_id", "number"])


def _deployments() -> None:
    op.create_table(
        "deployments",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("shares", sa.Text, nullable=False),
        sa.Column("previous_shares", sa.Text),
        sa.Column("job_id", sa.Text),
        sa.Column("file", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
    )
    op.create_index("deployments_by_household", "deployments", ["household_id", "number"])
    op.create_table(
        "deployment_moves",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("deployment_id", sa.Text, nullable=False),
        sa.Column("from_shares", sa.Text),
        sa.Column("to_shares", sa.Text),
        sa.Column("moved_by", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index(
        "deployment_moves_by_deployment", "deployment_moves", ["deployment_id", "number"]
    )
    op.create_table(
        "edge_packages",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("package", sa.Text, nullable=False),
        sa.UniqueConstraint("household_id", "recipe", "sequence"),
    )


def _media() -> None:
    op.create_table(
        "images",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("camera_id", sa.Text),
        sa.Column("incident_id", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("colour_profile", sa.Text),
        sa.Column("taken_at", sa.Float),
        sa.Column("keeps_place", sa.Boolean, nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("confirmed_at", sa.Float),
        sa.Column("delete_at", sa.Float),
    )
    op.create_index("images_by_household", "images", ["household_id", "number"])
    op.create_index("images_by_state", "images", ["state", "created_at"])
    op.create_table(
        "image_results",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column(
            "image_id", sa.Text, sa.ForeignKey("images.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False),
        sa.Column("remark", sa.Text),
        sa.Column("made_at", sa.Float, nullable=False),
        sa.UniqueConstraint("image_id", "name"),
    )
    op.create_table(
        "image_views",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("image_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("image_views_by_image", "image_views", ["image_id", "number"])
    op.create_table(
        "consents",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.Text),
        sa.Column("days", sa.Integer),
        sa.Column("given_by", sa.Integer),
        sa.Column("given_at", sa.Float, nullable=False),
        sa.UniqueConstraint("household_id", "camera_id"),
    )


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("learnt_from", sa.Text, nullable=False),
        sa.Column("job_id", sa.Text, nullable=False, unique=True),
        sa.Column("figures", sa.Text),
        sa.Column("bytes", sa.Integer),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
        sa.Column("removed_at", sa.Float),
    )
    op.create_index("looks_by_household", "looks", ["household_id", "number"])
    op.create_table(
        "look_shares",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("look_id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
    op.create_table(
        "night_looks",
        sa.Column("household_id", sa.Integer, primary_key=True),
        sa.Column("look_id", sa.Text),
        sa.Column("package", sa.Text),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("chosen_by", sa.Integer),
        sa.Column("chosen_at", sa.Float, nullable=False),
    )


def _tabular() -> None:
    op.create_table(
        "predictions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("prediction_id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("is_generated", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("predictions_by_model", "predictions", ["household_id", "model", "number"])
    op.create_table(
        "batches",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("job_id", sa.Text, nullable=False, unique=True),
        sa.Column("household_id", sa.Integer, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("spec", sa.Text),
        sa.Column("file", sa.Text),
        sa.Column("rows", sa.Integer),
        sa.Column("bytes", sa.BigInteger),
        sa.Column("is_generated", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
    )
    op.create_index("batches_by_model", "batches", ["household_id", "model", "number"])
