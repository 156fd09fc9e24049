# The camera box: docs/containers.md. Built from the project's folder:
#   docker build -f deploy/camera.Dockerfile -t dolbom-camera:0.1.0 .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS builder
ARG UV_VERSION=0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON=python3 UV_PYTHON_DOWNLOADS=never
RUN python3 -m venv /uv && /uv/bin/pip install --no-cache-dir "uv==${UV_VERSION}"
WORKDIR /opt/dolbom
# What others have made changes less often than what is ours.
COPY LICENSE README.md pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \
    /uv/bin/uv sync --locked --no-default-groups --group agent --no-install-project
COPY agent agent
COPY checkpoints checkpoints
COPY common common
COPY contract contract
COPY demo/recordings demo/recordings
COPY modeling modeling
RUN --mount=type=cache,target=/root/.cache/uv \
    /uv/bin/uv sync --locked --no-default-groups --group agent

FROM ${BASE}
LABEL org.opencontainers.image.title="Dolbom camera box" \
      org.opencontainers.image.description="Turns video into body poses and keeps the pictures" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
COPY --from=builder /opt/dolbom /opt/dolbom
RUN install -d -o 10001 -g 10001 -m 700 /var/lib/dolbom
ENV PATH=/opt/dolbom/.venv/bin:$PATH \
    DATA_DIR=/var/lib/dolbom \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/dolbom
VOLUME /var/lib/dolbom
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-m", "agent.health", "/var/lib/dolbom"]
CMD ["run-agent"]
