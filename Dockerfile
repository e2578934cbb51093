# The model is trained while the image is built, so the image answers at once and needs no network.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock pyproject.toml hatch_build.py README.md LICENSE ./
RUN python -m venv /opt/caveat && /opt/caveat/bin/pip install --no-cache-dir --quiet --require-hashes -r requirements.lock
COPY classifier classifier
COPY service service
COPY training_data training_data
RUN /opt/caveat/bin/pip install --no-cache-dir --quiet --no-deps . \
 && CAVEAT_HOME=/opt/caveat/models /opt/caveat/bin/caveat train \
 && rm -f /opt/caveat/models/*/estimators.joblib

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/caveat caveat
COPY --from=build /opt/caveat /opt/caveat
ENV PATH=/opt/caveat/bin:$PATH CAVEAT_HOME=/opt/caveat/models PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER caveat
WORKDIR /home/caveat
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["caveat", "serve", "--host", "0.0.0.0", "--port", "8000"]
