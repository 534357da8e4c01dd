# The program in a container: MCP over stdio by default (docker run -i), over HTTP with the argument `http`.
# It needs no write access (but several --workers need a /tmp), and runs as a user without a name or rights.
# With traces: docker build --build-arg 'EXTRAS=[otel]' .

FROM python:3.13-slim AS build
ARG EXTRAS=
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY server/ server/
COPY tools/ tools/
RUN python -m pip --no-cache-dir wheel --no-deps --wheel-dir dist .
RUN python -m venv --without-pip /opt/vapi-sessions-mcp \
    && python -m pip --no-cache-dir --python /opt/vapi-sessions-mcp/bin/python install --no-compile "$(echo dist/*.whl)$EXTRAS"
COPY deploy/health_check.py ./
RUN install -m 644 health_check.py /opt/vapi-sessions-mcp/
# No one can write bytecode later, and a file's time may change on its way: it is made here, and never compared.
RUN /opt/vapi-sessions-mcp/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/vapi-sessions-mcp

FROM python:3.13-slim
LABEL org.opencontainers.image.title="vapi-sessions-mcp" \
      org.opencontainers.image.description="MCP server for Vapi sessions: conversations that outlive a call." \
      org.opencontainers.image.licenses="MIT"
# The base image comes without the standard library's bytecode.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash \
    -x '/(ensurepip|idlelib|lib2to3|site-packages|tests?|tkinter|turtledemo)/' \
    "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /opt/vapi-sessions-mcp /opt/vapi-sessions-mcp
# A container is reached from outside or not at all; what that asks for, `http` says.
ENV PATH=/opt/vapi-sessions-mcp/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    VAPI_HTTP_HOST=0.0.0.0
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["python", "-I", "/opt/vapi-sessions-mcp/health_check.py"]
ENTRYPOINT ["vapi-sessions-mcp"]
