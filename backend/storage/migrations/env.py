"""Run by Alembic: the migrations, within one transaction of the connection that it is given."""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    version_table=given.get("version_table", "alembic_version"),
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
