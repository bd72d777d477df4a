FROM alpine:3.20@{alpine:3.20}
