# The rig, for a stack that runs already. The build context is e2e-bench/target/app.
ARG BASE=eclipse-temurin:25-jdk
FROM ${BASE}
RUN echo 'nodebridge:x:10001:10001::/tmp:/bin/false' >> /etc/passwd && echo 'nodebridge:x:10001:' >> /etc/group \
    && install -d -o 10001 -g 10001 /results
COPY . /app/
# What it measures and where it writes, unless an option says otherwise.
RUN chmod 755 /app/bin/* \
    && sed -i 's|^csv:.*|csv: /results/results.csv|' /app/e2e-bench/bench.yaml \
    && printf '%s\n' 'storage: /results/storage' 'stack: external' 'orchestrator-url: http://orchestrator:8080' \
      'reducer-url: http://reducer:8081' 'registry-url: http://registry:8082' 'kafka: kafka:19092' >> /app/e2e-bench/bench.yaml
ENV JAVA_OPTS="-Dnodebridge.root=/app -Dnodebridge.results=/results"
USER 10001:10001
VOLUME /results
ENTRYPOINT ["/app/bin/bench"]
CMD ["--help"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="nodebridge-bench" \
      org.opencontainers.image.description="NodeBridge: the rig" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
