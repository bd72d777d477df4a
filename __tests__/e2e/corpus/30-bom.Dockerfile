FROM alpine:3.21
