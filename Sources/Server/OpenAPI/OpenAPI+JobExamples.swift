/// A job of one picture, Samples/chelsea.png, from its submission to its end, as a running server tells it.
extension OpenAPIDocument {
    private static let endedJob = #"""
        {
          "counts": {
            "cancelled": 0, "done": 1, "failed": 0, "from_cache": 0, "queued": 0, "running": 0, "total": 1,
            "waiting_for_image": 0
          },
          "created_at": "2026-11-26T13:07:26Z", "finished_at": "2026-11-26T13:07:26Z",
          "id": "c116a5c21ef598594d7f888bd5a2800e",
          "links": {
            "events": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/events",
            "items": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/items",
            "result": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/result.tar",
            "self": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e"
          },
          "metrics": {
            "classes": 1, "empty_classes": 0, "mean_area_share": 0.9711012840270996, "mean_posterior": 0.9998218417167664
          },
          "model": {"digest": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45", "name": "default"},
          "name": "cats", "options": {"background": 0.37, "flip": false, "refinement": "binomial", "scales": [0.25]},
          "state": "done"
        }
        """#

    /// Job, answers and results.
    static let jobExamples = #"""
        "NewJob": {"summary": "One picture, of which it is known that a cat is in it", "value": {
          "name": "cats", "options": {"scales": [0.25], "flip": false},
          "items": [
            {
              "name": "chelsea", "sha256": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
              "labels": ["cat"]
            }
          ]
        }},
        "NewJobLines": {"summary": "The job in the first line, an item in each further one", "value": "{\"name\": \"cats\", \"options\": {\"scales\": [0.3], \"flip\": false}}\n{\"name\": \"chelsea\", \"sha256\": \"596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb\", \"labels\": [\"cat\"]}\n"},
        "AcceptedJob": {"summary": "The server lacks the picture", "value": {
          "counts": {
            "cancelled": 0, "done": 0, "failed": 0, "from_cache": 0, "queued": 0, "running": 0, "total": 1,
            "waiting_for_image": 1
          },
          "created_at": "2026-11-26T13:07:26Z", "id": "c116a5c21ef598594d7f888bd5a2800e",
          "links": {
            "events": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/events",
            "items": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/items",
            "result": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e/result.tar",
            "self": "/v1/jobs/c116a5c21ef598594d7f888bd5a2800e"
          },
          "metrics": {"classes": 0, "empty_classes": 0},
          "missing": ["596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"],
          "model": {"digest": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45", "name": "default"},
          "name": "cats", "options": {"background": 0.37, "flip": false, "refinement": "binomial", "scales": [0.25]},
          "state": "queued"
        }},
        "UploadedImage": {"summary": "The picture is there", "value": {"sha256": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"}},
        "Job": {"summary": "The job has ended", "value": \#(endedJob)},
        "JobPage": {"summary": "One job is all there is", "value": {"jobs": [\#(endedJob)]}},
        "JobItemPage": {"summary": "One item is all there is", "value": {
          "cursor": "0",
          "items": [
            {
              "attempts": 1, "from_cache": false, "labels": ["cat"],
              "mask": "2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708", "name": "chelsea", "position": 0,
              "sha256": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb", "state": "done"
            }
          ]
        }},
        "JobEvents": {"summary": "The item has ended", "value":
          "event: item\nid: 1\ndata: {\"attempts\":1,\"from_cache\":false,\"labels\":[\"cat\"],\"mask\":\"2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708\",\"name\":\"chelsea\",\"position\":0,\"sha256\":\"596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb\",\"state\":\"done\"}\n\n"
        },
        "COCOResults": {"summary": "One segmentation", "value": [
          {
            "category_id": 8, "image_id": "chelsea", "score": 0.99982184,
            "segmentation": {
              "counts": "l3`5l3000O100O100O1O10000O1O1O10000O100O1O1O1O1O100O1O1N2N2O1@mIdMV6R2g0N2N2lNWIWOW7e0RIROR7m0g0J6J6N2L7EmSh3",
              "size": [300, 451]
            }
          }
        ]}
        """#
}
