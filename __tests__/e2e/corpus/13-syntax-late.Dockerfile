# a comment first
# syntax=docker/dockerfile:1.18
FROM alpine:3.21
