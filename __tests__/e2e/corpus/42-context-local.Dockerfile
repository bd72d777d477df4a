FROM alpine:3.22
COPY --from=src 42-context-local.Dockerfile /f
# corpus: --build-context=src=.
