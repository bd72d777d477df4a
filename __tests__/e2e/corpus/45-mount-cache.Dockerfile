FROM alpine:3.22
RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t true
