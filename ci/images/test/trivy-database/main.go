// Makes a vulnerability database for Trivy out of a description: `main FILE`
// reads JSON on stdin, an object of nested buckets down to the values that Trivy
// reads, and writes the BoltDB file.
package main

import (
	"encoding/json"
	"log"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Every bucket is an object; what is an array or a string is never a bucket, and
// an object under the key "=" is the value of the key that holds it.
func fill(bucket *bolt.Bucket, entries map[string]json.RawMessage) error {
	for key, raw := range entries {
		var inner map[string]json.RawMessage
		if err := json.Unmarshal(raw, &inner); err != nil {
			return err
		}
		if value, isValue := inner["="]; isValue {
			if err := bucket.Put([]byte(key), value); err != nil {
				return err
			}
			continue
		}
		child, err := bucket.CreateBucketIfNotExists([]byte(key))
		if err != nil {
			return err
		}
		if err := fill(child, inner); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	var roots map[string]json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&roots); err != nil {
		log.Fatal(err)
	}
	database, err := bolt.Open(os.Args[1], 0o644, nil)
	if err != nil {
		log.Fatal(err)
	}
	err = database.Update(func(tx *bolt.Tx) error {
		for name, raw := range roots {
			var entries map[string]json.RawMessage
			if err := json.Unmarshal(raw, &entries); err != nil {
				return err
			}
			bucket, err := tx.CreateBucketIfNotExists([]byte(name))
			if err != nil {
				return err
			}
			if err := fill(bucket, entries); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := database.Close(); err != nil {
		log.Fatal(err)
	}
}
