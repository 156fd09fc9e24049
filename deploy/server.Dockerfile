# The home server, its worker and run-vision: docs/containers.md. Built from the project's folder:
#   docker build -f deploy/server.Dockerfile -t dolbom-server:0.1.0 .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS builder
ARG UV_VERSION=0.13.9
ARG INSTALLED="--group backend --group worker --extra otel --extra postgres --extra s3"
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON=python3 UV_PYTHON_DOWNLOADS=never
# The letters of the PDF of a month, and what LightGBM is linked against; Debian's releases differ in
# their versions, not in what is used of them.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends fonts-nanum libgomp1 \
    && rm -rf /var/lib/apt/lists/* && cp -L /usr/lib/*-linux-gnu/libgomp.so.1 /usr/local/lib/
RUN python3 -m venv /uv && /uv/bin/pip install --no-cache-dir "uv==${UV_VERSION}"
WORKDIR /opt/dolbom
# What others have made changes less often than what is ours.
COPY LICENSE README.md pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \
    /uv/bin/uv sync --locked --no-default-groups ${INSTALLED} --no-install-project
# For a worker that trains: `cpu`, or what uv calls the GPU's (cu130).
ARG TORCH=""
RUN --mount=type=cache,target=/root/.cache/uv \
    test -z "${TORCH}" || /uv/bin/uv pip install "torch==2.13.*" --torch-backend="${TORCH}"
COPY . .
RUN --mount=type=cache,target=/root/.cache/uv \
    /uv/bin/uv sync --locked --no-default-groups ${INSTALLED} --inexact

FROM ${BASE}
LABEL org.opencontainers.image.title="Dolbom home server" \
      org.opencontainers.image.description="Decides whether somebody has fallen, keeps the record and alerts the family" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
COPY --from=builder /usr/share/fonts/truetype/nanum/NanumGothic.ttf /usr/share/fonts/truetype/nanum/
COPY --from=builder /usr/local/lib/libgomp.so.1 /usr/lib/
COPY --from=builder /opt/dolbom /opt/dolbom
# A volume that is new takes over whose its folder is: those that several servers share too.
RUN install -d -o 10001 -g 10001 -m 700 /var/lib/dolbom /var/lib/dolbom/access \
    /var/lib/dolbom/blobs /var/lib/dolbom/integrations /var/lib/dolbom/kakao \
    /var/lib/dolbom/media /var/lib/dolbom/uploads /var/lib/dolbom/zones /var/lib/dolbom-record
ENV PATH=/opt/dolbom/.venv/bin:$PATH \
    DATA_DIR=/var/lib/dolbom \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/dolbom
VOLUME /var/lib/dolbom
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-m", "backend.commands.health", "http://127.0.0.1:8000/health"]
CMD ["run-backend"]
