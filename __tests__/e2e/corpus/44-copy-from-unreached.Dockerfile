FROM alpine:3.20 AS tools
COPY --from=registry.dead.example/x:1 /a /a
FROM alpine:3.22
