FROM busybox:1.37 AS tools
FROM alpine:3.21
RUN --mount=from=tools,target=/x true
