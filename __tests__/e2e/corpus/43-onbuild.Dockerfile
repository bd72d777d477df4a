FROM alpine:3.22
ONBUILD COPY --from=registry.dead.example/x:1 /a /a
