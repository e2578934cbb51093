# The model is trained while the image is built and goes into the installed package, so the image answers at once, needs no
# network, and CAVEAT_HOME stays free for models of your own: docker run -v caveat-models:/home/caveat/models …
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/caveat && /opt/caveat/bin/pip install --no-cache-dir --quiet --require-hashes -r requirements.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY classifier classifier
COPY service service
COPY training_data training_data
RUN /opt/caveat/bin/python -m classifier train \
 && /opt/caveat/bin/pip install --no-cache-dir --quiet --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/caveat caveat && install --directory --owner caveat /home/caveat/models
COPY --from=build /opt/caveat /opt/caveat
ENV PATH=/opt/caveat/bin:$PATH CAVEAT_HOME=/home/caveat/models PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER caveat
WORKDIR /home/caveat
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["caveat", "serve", "--host", "0.0.0.0", "--port", "8000"]
