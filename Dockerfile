# One image for the server, the operator and the command line: `serve` and `operator` are commands.
FROM python:3.13.7-slim-bookworm AS build
WORKDIR /source
COPY requirements.txt ./
RUN python -m venv /opt/signalcraft \
    && /opt/signalcraft/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY tools/requirements-build.txt tools/
RUN pip install --no-cache-dir --require-hashes --requirement tools/requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/signalcraft/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.13.7-slim-bookworm
COPY --from=build /opt/signalcraft /opt/signalcraft
ENV PATH=/opt/signalcraft/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["signalcraft"]
CMD ["serve", "--host", "0.0.0.0"]
