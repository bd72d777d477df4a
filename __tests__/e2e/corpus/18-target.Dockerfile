FROM alpine:3.20 AS one
FROM debian:12-slim AS two
FROM registry.dead.example/x:1 AS three
# corpus: --target=two
