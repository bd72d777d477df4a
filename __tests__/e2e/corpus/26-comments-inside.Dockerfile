FROM alpine:3.22
RUN true && \
# FROM registry.dead.example/x:1
  true
