# One image for web, worker, clock and migrate; PostgreSQL and Redis are services of their own.
FROM python:3.12-slim AS build
WORKDIR /app
COPY . .
RUN python bootstrap.py --no-redis
RUN rm -rf widget/node_modules

FROM python:3.12-slim
RUN useradd --system --uid 10001 flyt && install --directory --owner flyt /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FLYT_HOST=0.0.0.0 \
    FLYT_DATA=/data \
    FLYT_LOG_DIR=/data/logs
USER flyt
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
ENTRYPOINT ["flyt"]
CMD ["web"]
