FROM alpine:3.22 AS build
RUN echo 1 >/a
FROM debian:12-slim
COPY --from=build /a /a
