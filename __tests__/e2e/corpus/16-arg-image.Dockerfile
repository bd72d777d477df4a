ARG BASE
FROM ${BASE:-debian:13-slim}
