/// The routes of the service, version 1.
public enum API {
    /// Bytes of an uploaded image or form: room for any JPEG or PNG of the default pixel limit.
    public static let defaultMaximumBodyBytes = 128 << 20

    /// - Parameter jobs: nil leaves the routes of jobs out.
    public static func router(
        _ service: MaskService, jobs: JobService? = nil, maximumBodyBytes: Int = defaultMaximumBodyBytes
    ) -> Router {
        var router = Router()
        MaskRoutes(service: service, maximumBodyBytes: maximumBodyBytes).add(to: &router)
        ServiceRoutes(service: service).add(to: &router)
        if let jobs {
            let routes = JobRoutes(service: jobs)
            routes.add(to: &router)
            ImageRoutes(service: jobs, jobs: routes).add(to: &router)
        }
        return router
    }
}
