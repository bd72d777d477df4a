FROM debian@{debian:12-slim}
