FROM busybox:1.37
COPY <<FROM /x
FROM registry.dead.example/x:1
FROM
