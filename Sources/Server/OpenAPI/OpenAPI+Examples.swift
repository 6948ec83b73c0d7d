/// What a running server with the shipped model answers about Samples/chelsea.png; the provenance is shortened.
extension OpenAPIDocument {
    /// `POST /v1/masks?labels=cat&scales=0.25&flip=false`, and what follows from its answer.
    static let maskExamples = #"""
        "Mask": {"summary": "A mask made a moment ago", "value": {
          "cached": false,
          "classes": [
            {
              "area_share": 0.9711012840270996, "boxes": [[0, 0, 451, 300]], "index": 8,
              "mean_posterior": 0.9998218417167664, "name": "cat", "posterior": 0.9996817111968994,
              "segmentation": {
                "counts": "l3`5l3000O100O100O1O10000O1O1O10000O100O1O1O1O1O100O1O1N2N2O1@mIdMV6R2g0N2N2lNWIWOW7e0RIROR7m0g0J6J6N2L7EmSh3",
                "size": [300, 451]
              }
            }
          ],
          "created_at": "2026-11-26T13:06:37Z", "id": "2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708",
          "image": {
            "height": 300, "media_type": "image/png",
            "sha256": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb", "width": 451
          },
          "label_source": "given", "labels": ["cat"],
          "links": {
            "ground_truth": "/v1/masks/2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708/ground-truth",
            "mask": "/v1/masks/2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708/mask.png",
            "overlay": "/v1/masks/2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708/overlay.png",
            "self": "/v1/masks/2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708"
          },
          "model": {"digest": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45", "name": "default"},
          "options": {"background": 0.37, "flip": false, "refinement": "binomial", "scales": [0.25]},
          "timings": {
            "cam": 7.1799e-05, "decode": 0.004900378, "encoding": 0.000777853, "mask": 0.001037913, "network": 0.008747932,
            "refinement": 0.035477147
          }
        }},
        "GroundTruth": {"summary": "Compared with the mask of the same picture without refinement", "value": {
          "classes": [
            {
              "index": 0, "iou": 0.4473684210526316, "name": "background", "precision": 0.591304347826087,
              "recall": 0.6476190476190476
            },
            {
              "contour": {
                "f": 0.11822660098522168, "matched_prediction": 19, "matched_truth": 24, "prediction": 171, "truth": 190
              },
              "index": 8, "iou": 0.978524378139381, "name": "cat", "precision": 0.9904254509475607,
              "recall": 0.987869126243073
            }
          ],
          "coverage": 1, "created_at": "2026-11-26T13:07:26Z", "ignored_share": 0, "label_source": "given",
          "mask": "2f616e9acfa718def215cfc4ae2b27f220910ab0ad272fc1c9d1b162c4fc6708", "mean_contour_f": 0.11822660098522168,
          "mean_iou": 0.7129463995960063,
          "model": {"digest": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45", "name": "default"},
          "options_digest": "bbbb87f7f0553bc384b8ad47b82d4b524613cd30d976b1f21cd6ac41e54afe77",
          "pixel_accuracy": 0.9788913525498891,
          "sha256": "97d955c4345e790b267750a01ace217170d4b49e0d597af5c9ceeb592425fe70"
        }},
        "MetricsSummary": {"summary": "One group, of one mask", "value": {
          "groups": [
            {
              "classes": [
                {
                  "index": 0, "iou": 0.4473684210526316, "name": "background", "precision": 0.591304347826087,
                  "recall": 0.6476190476190476
                },
                {
                  "contour": {
                    "f": 0.11822660098522168, "matched_prediction": 19, "matched_truth": 24, "prediction": 171,
                    "truth": 190
                  },
                  "index": 8, "iou": 0.978524378139381, "name": "cat", "precision": 0.9904254509475607,
                  "recall": 0.987869126243073
                }
              ],
              "coverage": 1, "ignored_share": 0, "images": 1, "label_source": "given", "mean_contour_f": 0.11822660098522168,
              "mean_iou": 0.7129463995960063,
              "model": {"digest": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45", "name": "default"},
              "options": {"background": 0.37, "flip": false, "refinement": "binomial", "scales": [0.25]},
              "options_digest": "bbbb87f7f0553bc384b8ad47b82d4b524613cd30d976b1f21cd6ac41e54afe77",
              "pixel_accuracy": 0.9788913525498891, "revision": 4
            }
          ]
        }},
        "Models": {"summary": "The shipped model", "value": {
          "models": [
            {
              "architecture": "efficientnet-lite0", "background_score": {"binomial": 0.37, "none": 0.34},
              "classes": [
                "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
                "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"
              ],
              "default": true, "digest": "b987baf1f84de67abe02292fec23837b7be227512191ebfcbf4983ffc2058e45",
              "name": "default", "output_stride": 16,
              "provenance": {
                "data": "PASCAL VOC 2012, a part of its validation set: 1149 images, image-level labels only",
                "licence": "Apache-2.0 (trunk: Apache-2.0, see NOTICE)", "method": "{\"epochs\":6,\"seed\":1}",
                "metrics": {
                  "mIoU, 200 images of val.txt, labels given, no refinement, scales 0.5/1.0/1.5 with flips, background score 0.34": 53.5754300791716
                },
                "seed": "1", "split": "train.txt"
              }
            }
          ]
        }},
        "Alive": {"summary": "The process lives", "value": {"status": "ok"}},
        "Ready": {"summary": "Pictures are taken", "value": {"status": "ready"}}
        """#
}
