# Build: one static binary, no C compiler needed.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY app/database/sqlitedriver/go.mod app/database/sqlitedriver/go.sum ./app/database/sqlitedriver/
RUN go mod download
COPY . .
ARG VERSION=container
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w -X catalogsync/app/cli.version=${VERSION}" -o /catalogsync . \
 && mkdir -p /rootfs/data /rootfs/tmp

# Run: nothing but the binary and the certificates, as a user without rights. Time
# zones are inside the binary (build tag timetzdata).
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /rootfs/tmp /tmp
COPY --from=build --chown=65532:65532 /rootfs/data /data
COPY --from=build /catalogsync /usr/local/bin/catalogsync
USER 65532:65532
WORKDIR /data
ENV DB_PATH=/data/catalogsync.db LIBRARY_DIR=/data/library WEB_PORT=18080
VOLUME /data
EXPOSE 18080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["/usr/local/bin/catalogsync", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/catalogsync"]
# The console listens on the container's own loopback unless told otherwise. There is
# no login yet, so publishing a port also needs the operator's word:
#   serve --host 0.0.0.0 --insecure
CMD ["serve"]
