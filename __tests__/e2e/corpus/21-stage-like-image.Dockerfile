FROM alpine:3.21 AS debian
FROM debian
RUN true
