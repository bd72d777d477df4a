FROM alpine:3.22
RUN --mount=from=busybox:1.37,target=/x true
