FROM alpine:3.22
ADD 01-single.Dockerfile /x
ENV FROM=registry.dead.example/x:1
LABEL from="FROM registry.dead.example/y"
