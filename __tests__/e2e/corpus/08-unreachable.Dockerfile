FROM registry.dead.example/x:1 AS dead
RUN false
FROM alpine:3.22
