// Command web says hello over HTTP, at the port of the environment variable PORT.
package main

import (
	"cmp"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"example.com/go-service/internal/greeting"
)

// version is set at build time, by -ldflags "-X main.version=v1.2.3".
var version = "dev"

func main() {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(response, greeting.From("web", version))
	})
	routes.HandleFunc("GET /healthz", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(response, "ok")
	})
	server := &http.Server{
		Addr:              ":" + cmp.Or(os.Getenv("PORT"), "8080"),
		Handler:           routes,
		ReadHeaderTimeout: 5 * time.Second,
	}
	log.Printf("web %s listens on %s", version, server.Addr)
	log.Fatal(server.ListenAndServe())
}
