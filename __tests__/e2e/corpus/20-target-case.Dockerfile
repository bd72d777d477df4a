FROM alpine:3.22 AS Final
FROM registry.dead.example/x:1
# corpus: --target=fiNAL
