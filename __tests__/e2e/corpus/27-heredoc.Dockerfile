FROM alpine:3.20
RUN <<END
FROM=registry.dead.example/x:1
true
END
