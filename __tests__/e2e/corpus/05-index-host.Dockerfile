FROM index.docker.io/library/alpine:3.20
